import { requestsPath } from '../api/group.js'
import type { HttpPostSpec, HttpRequestSpec, SecretKey } from '../api/http-action.js'
import type { Volume, VolumeMount } from '../pod.js'

interface Action {
  readonly httpGet?: HttpRequestSpec | undefined
  readonly httpPost?: HttpPostSpec | undefined
}

/** Where the credentials of a request come from. */
export interface RequestKeys {
  /** Undefined when its address is no credential. */
  readonly url: SecretKey | undefined
  /** Of each header with `valueFrom`, in order. */
  readonly headers: readonly SecretKey[]
}

export function requestKeys({ httpGet, httpPost }: Action): RequestKeys {
  const { urlFrom, httpHeaders = [] } = httpPost ?? httpGet ?? {}
  const headers = httpHeaders.flatMap(each => each.valueFrom?.secretKeyRef ?? [])
  return { url: urlFrom?.secretKeyRef, headers }
}

/** All keys that requests name, in the order of their files: `0` is the first. */
export const keysOfRequests = (actions: readonly Action[]): SecretKey[] =>
  actions.map(requestKeys).flatMap(({ url, headers }) => [...(url === undefined ? [] : [url]), ...headers])

const volumeName = (container: string): string => `holdfast-requests-${container}`

/**
 * The volume with the credentials of the requests that a container sends; none when they name no Secret. Files and no
 * variables, because Kubernetes starts no container whose variables would hold what is no text, or too much of it: what
 * is wrong with a Secret, or that it is missing, is for the request to say.
 */
export function requestVolumes(container: string, actions: readonly Action[]): Volume[] {
  const sources = keysOfRequests(actions).map(({ name, key }, index) => {
    return { secret: { name, items: [{ key, path: String(index) }], optional: true } }
  })
  return sources.length === 0 ? [] : [{ name: volumeName(container), projected: { sources, defaultMode: 0o444 } }]
}

/** What gives that volume to the container, and tells it so. */
export function requestAccess(
  container: string,
  actions: readonly Action[],
): { readonly args: string[]; readonly mounts: VolumeMount[] } {
  const [volume] = requestVolumes(container, actions)
  if (volume === undefined) return { args: [], mounts: [] }
  return {
    args: [`--request-secrets=${requestsPath}`],
    mounts: [{ name: volume.name, mountPath: requestsPath, readOnly: true }],
  }
}
