import type { Backend } from './api/backend.js'
import { interimPath, scratchPath } from './api/group.js'
import type { TempDir } from './api/mover.js'
import type { Volume, VolumeMount } from './pod.js'
import { repositoryMountPath } from './repository-url.js'

export const scratchVolume = 'holdfast-tmp'
export const repositoryVolume = 'holdfast-repository'
export const interimVolume = 'holdfast-interim'
export const accessVolume = 'holdfast-kubernetes-access'

/** Stands for the interim claim in a template; the controller puts the session’s own claim in its place. */
export const interimClaimPlaceholder = 'holdfast-interim'

export const scratchMount: VolumeMount = { name: scratchVolume, mountPath: scratchPath }
export const interimMount: VolumeMount = { name: interimVolume, mountPath: interimPath }
export const accessMount: VolumeMount = {
  name: accessVolume,
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
  readOnly: true,
}

/** The scratch volume that all containers of a pod share. */
export function scratch(tempDir: TempDir = {}): Volume {
  const { medium, sizeLimit } = tempDir
  return {
    name: scratchVolume,
    emptyDir: { ...(medium === undefined ? {} : { medium }), ...(sizeLimit === undefined ? {} : { sizeLimit }) },
  }
}

/** The volume of a `local` backend, and where it is mounted. */
export function repositoryVolumes(backend: Backend): { volumes: Volume[]; mounts: VolumeMount[]; node?: string } {
  const { local } = backend
  const mountPath = repositoryMountPath(backend)
  if (local === undefined || mountPath === undefined) return { volumes: [], mounts: [] }
  const { persistentVolumeClaim, nfs, hostPath } = local
  const source =
    persistentVolumeClaim !== undefined
      ? { persistentVolumeClaim }
      : nfs !== undefined
        ? { nfs: { ...nfs, readOnly: false } }
        : { hostPath: { path: hostPath?.path ?? '', type: 'DirectoryOrCreate' } }
  return {
    volumes: [{ name: repositoryVolume, ...source }],
    mounts: [{ name: repositoryVolume, mountPath }],
    ...(hostPath === undefined ? {} : { node: hostPath.node }),
  }
}

/** A token of one ServiceAccount, for the one container that asked for it (core/v1 projected volume). */
export function kubernetesAccess(): Volume {
  return {
    name: accessVolume,
    projected: {
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
      ],
      defaultMode: 0o444,
    },
  }
}
