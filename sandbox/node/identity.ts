import type { Container, Pod } from '../api/kinds.js'
import { ContainerConfigError } from './environment.js'
import type { Image } from './image.js'

/** As whom a container's process runs. */
export interface Identity {
  readonly user: number
  readonly group: number
  readonly supplementaryGroups: readonly number[]
  /** Capability names without `CAP_`, in lower case. */
  readonly capabilities: readonly string[]
  readonly noNewPrivileges: boolean
  readonly readOnlyRoot: boolean
}

/** What a container runtime leaves to a container that does not drop anything. */
const usual = [
  'chown',
  'dac_override',
  'fsetid',
  'fowner',
  'mknod',
  'net_raw',
  'setgid',
  'setuid',
  'setfcap',
  'setpcap',
  'net_bind_service',
  'sys_chroot',
  'kill',
  'audit_write',
]

/** The container's security context over the pod's over the image's user. Throws ContainerConfigError for root under `runAsNonRoot`. */
export function identityOf(pod: Pod, container: Container, image: Image): Identity {
  const outer = pod.spec.securityContext ?? {}
  const inner = container.securityContext ?? {}
  const user = inner.runAsUser ?? outer.runAsUser ?? image.user ?? 0
  if ((inner.runAsNonRoot ?? outer.runAsNonRoot) === true && user === 0) {
    const given = inner.runAsUser ?? outer.runAsUser
    const why =
      given === 0
        ? "container's runAsUser breaks non-root policy"
        : 'container has runAsNonRoot and image will run as root'
    throw new ContainerConfigError(
      `${why} (pod: "${pod.metadata.name}_${pod.metadata.namespace}", container: ${container.name})`,
    )
  }
  const fsGroup = outer.fsGroup === undefined ? [] : [outer.fsGroup]
  return {
    user,
    group: inner.runAsGroup ?? outer.runAsGroup ?? 0,
    supplementaryGroups: [...new Set([...fsGroup, ...(outer.supplementalGroups ?? [])])],
    capabilities: capabilitiesOf(inner.capabilities ?? {}),
    noNewPrivileges: inner.allowPrivilegeEscalation === false,
    readOnlyRoot: inner.readOnlyRootFilesystem === true,
  }
}

function capabilitiesOf(change: { readonly add?: readonly string[]; readonly drop?: readonly string[] }): string[] {
  const plain = (names: readonly string[] | undefined): string[] =>
    (names ?? []).map(name => name.toLowerCase().replace(/^cap_/, ''))
  const dropped = plain(change.drop)
  const kept = dropped.includes('all') ? [] : usual.filter(name => !dropped.includes(name))
  return [...new Set([...kept, ...plain(change.add)])]
}
