import { KubeClient } from '../../runtime/kube/client.js'
import { loadEndpoint } from '../../runtime/kube/credentials.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { Sandbox } from '../../sandbox/index.js'
import { apply } from '../behaviour/apply.js'
import { systemObjects } from '../behaviour/cluster-system.js'
import { resourceOf } from '../behaviour/kube-resource.js'
import { keptVersions } from '../upgrades/kept-version.js'

const kinds = ['Repository', 'BackupConfiguration', 'BackupSession', 'RestoreSession']

/** An object of a kind that has a state. */
export interface StatefulObject extends KubeObject {
  readonly spec: Readonly<Record<string, unknown>>
  readonly status?: Readonly<Record<string, unknown>> & {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[]
  }
}

/** A sandbox that holds objects with the statuses that a controller gave them, and one session that it never saw. */
export class StatefulSandbox {
  readonly objects: readonly StatefulObject[]
  readonly #sandbox: Sandbox

  private constructor(sandbox: Sandbox, objects: readonly StatefulObject[]) {
    this.#sandbox = sandbox
    this.objects = objects
  }

  static async start(stateFolder: string): Promise<StatefulSandbox> {
    const sandbox = await Sandbox.start({ stateFolder, images: {} })
    const client = new KubeClient(await loadEndpoint({ kubeconfig: sandbox.kubeconfigPath }))
    try {
      const definitions = systemObjects('unused').filter(({ kind }) => kind === 'CustomResourceDefinition')
      const kept = (keptVersions.at(-1)?.objects ?? []).filter(({ kind }) => kinds.includes(kind))
      const namespaces = [...new Set(kept.map(({ metadata }) => metadata.namespace ?? ''))]
      await apply(client, [
        ...definitions,
        ...namespaces.map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
      ])
      const seen = kept.find(({ kind }) => kind === 'BackupSession')
      if (seen === undefined) throw new Error('no BackupSession was kept')
      const { status: _status, ...unseen } = seen
      const objects: StatefulObject[] = []
      for (const object of [...kept, { ...unseen, metadata: { ...seen.metadata, name: 'unseen' } } as KubeObject])
        objects.push(await restored(client, object))
      return new StatefulSandbox(sandbox, objects)
    } catch (error) {
      await sandbox.stop()
      throw error
    } finally {
      client.close()
    }
  }

  get kubeconfig(): string {
    return this.#sandbox.kubeconfigPath
  }

  stop(): Promise<void> {
    return this.#sandbox.stop()
  }
}

/** Writes an object, then its status. Owners are left out: theirs are other uids here. */
async function restored(client: KubeClient, object: KubeObject): Promise<StatefulObject> {
  const { name, namespace, labels, annotations } = object.metadata
  const given = { ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) }
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), ...given }
  const resource = resourceOf(object)
  const { status, ...rest } = object
  const made = await client.create<KubeObject>(resource, { ...rest, metadata } as KubeObject)
  if (status === undefined) return made as StatefulObject
  return (await client.replaceStatus(resource, { ...made, status })) as StatefulObject
}
