import type { Backend } from './api/backend.js'
import { isUnder } from './folder.js'

/**
 * What a `local` backend mounts that no claim stands for, as an administrator names it: `/srv/backups` on a node,
 * `nas.example.com:/exports/backups` of an NFS server. Undefined for a claim and for every other backend.
 */
export function sharedFolder(backend: Backend): string | undefined {
  const { nfs, hostPath } = backend.local ?? {}
  if (hostPath !== undefined) return hostPath.path
  return nfs === undefined ? undefined : `${nfs.server}:${nfs.path}`
}

/** Whether the administrator allows Repositories to use this backend’s folder: it, or one that it lies in. */
export function isAllowedFolder(backend: Backend, allowed: readonly string[]): boolean {
  const folder = sharedFolder(backend)
  if (folder === undefined) return true
  // The schema of Repositories takes no path that goes up again; nothing here relies on whoever looked before.
  if (folder.split('/').includes('..')) return false
  return allowed.some(each => isUnder(folder, each === '/' ? each : each.replace(/\/+$/, '')))
}

/** Why a backend’s folder may not be used, and what would allow it. */
export const refusedFolder = (backend: Backend): string =>
  `its ${backend.local?.nfs === undefined ? 'hostPath' : 'NFS folder'} '${sharedFolder(backend) ?? ''}' is none that ` +
  'Repositories may use; an administrator allows it with repositoryFolders of the control plane, or use a claim'
