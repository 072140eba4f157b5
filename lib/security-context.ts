import { moverUser } from './api/group.js'
import type { Privileges, ReadAs } from './api/mover.js'
import type { ContainerSettings, PodSettings } from './api/runtime-settings.js'
import type { ContainerSecurityContext } from './pod.js'

/** What decides who a mover runs as. */
export interface Identity {
  readonly readAs?: ReadAs | undefined
  readonly privileges?: Privileges | undefined
  /**
   * Group for a repository on a volume of its own: given only where the target itself is mounted read-only, because
   * the kubelet gives every writable volume of the pod to it.
   */
  readonly repositoryGroup?: boolean
}

/** The pod’s security context; it passes Pod Security `restricted` unless privileges say otherwise. */
export function podSecurityContext(
  identity: Identity,
  settings?: PodSettings['securityContext'],
): Record<string, unknown> {
  const { readAs } = identity
  const root = identity.privileges === 'read-any-file'
  const fsGroup = readAs?.fsGroup ?? (identity.repositoryGroup === true ? moverUser : undefined)
  return {
    runAsNonRoot: !root,
    runAsUser: root ? 0 : (readAs?.user ?? moverUser),
    runAsGroup: root ? 0 : (readAs?.group ?? moverUser),
    ...(fsGroup === undefined ? {} : { fsGroup }),
    fsGroupChangePolicy: settings?.fsGroupChangePolicy ?? 'OnRootMismatch',
    supplementalGroups: readAs?.supplementalGroups ?? [],
    seccompProfile: { type: 'RuntimeDefault' },
    ...(settings?.seLinuxOptions === undefined ? {} : { seLinuxOptions: settings.seLinuxOptions }),
  }
}

/** Capabilities that `read-any-file` adds: to read any file, and for a restore to give files back to their owners. */
export function addedCapabilities(
  kind: 'BackupConfiguration' | 'RestoreSession',
  privileges: Privileges | undefined,
): string[] {
  if (privileges !== 'read-any-file') return []
  return kind === 'RestoreSession' ? ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'] : ['DAC_OVERRIDE']
}

/** A container’s security context. */
export function containerSecurityContext(
  add: readonly string[],
  settings?: ContainerSettings['securityContext'],
): ContainerSecurityContext {
  return {
    ...settings,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'], ...(add.length === 0 ? {} : { add }) },
  } as ContainerSecurityContext
}
