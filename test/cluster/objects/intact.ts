import { eventually } from '../../behaviour/eventually.js'
import type { TestStore } from '../../behaviour/world.js'

/**
 * Asserts that every pack of the repository can be read and is as it was written. Maintenance may remove packs while
 * the check reads them, so it is asked again: damage does not heal by waiting.
 */
export async function expectIntact(store: TestStore): Promise<void> {
  let last = ''
  await eventually(
    async () =>
      store.restic('check', '--read-data').catch((error: Error) => {
        last = error.message
        return undefined
      }),
    45,
    () => `the repository is not intact: ${last}`,
  )
}

/** The snapshots of one host, oldest first. */
export async function snapshotsAt(store: TestStore, host: string): Promise<StoredSnapshot[]> {
  const all = JSON.parse(await store.restic('snapshots', '--json', '--host', host)) as StoredSnapshot[]
  return all.sort((a, b) => Date.parse(a.time) - Date.parse(b.time))
}

export interface StoredSnapshot {
  readonly id: string
  readonly time: string
  /** The snapshot that this one was compared with; absent for the first of a host and path. */
  readonly parent?: string
}

/** The id that restic gave the repository when it was made. */
export async function repositoryId(store: TestStore): Promise<string> {
  return (JSON.parse(await store.restic('cat', 'config')) as { id: string }).id
}
