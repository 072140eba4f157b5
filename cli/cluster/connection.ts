import { isNotFound } from '../../runtime/kube/api-error.js'
import { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import type { Resource } from '../../runtime/kube/resource.js'
import { UserError } from '../user-error.js'

/** A cluster, and the namespace that a command means. */
export interface Connection {
  readonly client: KubeClient
  readonly namespace: string
}

/** The cluster that kubectl would use. Throws UserError when there is none or its configuration cannot be read. */
export async function connect(namespace: string | undefined): Promise<Connection> {
  const { loadEndpoint } = await import('../../runtime/kube/credentials.js')
  try {
    const endpoint = await loadEndpoint()
    return { client: new KubeClient(endpoint), namespace: namespace ?? endpoint.namespace ?? 'default' }
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException
    throw new UserError(
      code === 'ENOENT'
        ? `the kubeconfig ${path ?? ''} does not exist; set KUBECONFIG to the file of your cluster`
        : message,
    )
  }
}

/** Reads an object that a person named. Throws UserError when it, or its kind, is not there. */
export async function requireObject<T extends KubeObject>(
  { client, namespace }: Connection,
  resource: Resource,
  name: string,
): Promise<T> {
  try {
    return await client.get<T>(resource, name, namespace)
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw new UserError(`there is no ${resource.kind} ${namespace}/${name}; holdfast status -A lists what there is`)
  }
}
