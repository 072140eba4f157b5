import type { BackupSubject, RestoreSubject } from '../../lib/variables.js'
import { configuration, repository, restoreSession, settings } from '../runtime/controller/observation.js'

type RepositorySpec = BackupSubject['repository']['spec']

const common = (spec: Partial<RepositorySpec>) => ({
  namespace: 'shop',
  repository: { name: 'store', namespace: 'shop', spec: repository(spec).spec },
  image: settings.image,
})

/** A backup of claim `data` to `store`, with what differs. */
export const backupSubject = (
  spec: Partial<BackupSubject['spec']> = {},
  store: Partial<RepositorySpec> = {},
): BackupSubject => ({
  ...common(store),
  kind: 'BackupConfiguration',
  name: 'data',
  spec: configuration(spec).spec,
})

/** A restore of claim `data` from `store`, with what differs. */
export const restoreSubject = (
  spec: Partial<RestoreSubject['spec']> = {},
  store: Partial<RepositorySpec> = {},
): RestoreSubject => ({
  ...common(store),
  kind: 'RestoreSession',
  name: 'back',
  spec: restoreSession(spec).spec,
})
