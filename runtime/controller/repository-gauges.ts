import type { Registry } from 'prom-client'
import type { Caches } from './caches.js'
import { collectedGauge, type SetSeries } from './collected-gauge.js'
import type { RepositoryObject } from './objects.js'
import { reasonOf } from './policy-gauges.js'
import { checkDueSince, forgetDueSince, pruneDueSince } from './repository/due.js'
import { sharedStore } from './store-activity.js'

const labelNames = ['namespace', 'repository']
type Labels = Record<string, string>

/** How every Repository stands, read from the caches when it is asked for. */
export function addRepositoryGauges(registry: Registry, caches: Caches): void {
  const add = (
    name: string,
    help: string,
    collect: (set: SetSeries, repository: RepositoryObject, labels: Labels) => void,
    more: string[] = [],
  ) =>
    collectedGauge(
      registry,
      { name: `holdfast_repository_${name}`, help, labelNames: [...labelNames, ...more] },
      set => {
        for (const repository of caches.repositories.list()) collect(set, repository, identityOf(repository))
      },
    )
  const number = (name: string, help: string, value: (status: Status) => number | boolean | undefined) =>
    add(name, help, (set, { status }, labels) => {
      const found = value(status ?? {})
      if (found !== undefined) set(labels, Number(found))
    })
  number('integrity_verified', 'Whether the last check found no damage', status => status.integrity)
  number('stored_bytes', 'Bytes in the store when maintenance last looked', status => status.totalBytes)
  number('snapshots', 'Snapshots in the repository when maintenance last looked', status => status.snapshotCount)
  add(
    'ready',
    'Whether the store answers with an undamaged repository',
    (set, { status }, labels) => {
      const ready = status?.conditions?.find(each => each.type === 'Ready')
      if (ready !== undefined) set({ ...labels, reason: reasonOf(status?.conditions) }, Number(ready.status === 'True'))
    },
    ['reason'],
  )
  add(
    'maintenance_due_time_seconds',
    'Unix time since when, or from when, a part of the maintenance is due',
    (set, repository, labels) => {
      for (const [work, since] of dueTimes(repository, caches)) set({ ...labels, work }, since.getTime() / 1000)
    },
    ['work'],
  )
}

type Status = NonNullable<RepositoryObject['status']>

const identityOf = ({ metadata }: RepositoryObject): Labels => ({
  namespace: metadata.namespace ?? '',
  repository: metadata.name,
})

function dueTimes(repository: RepositoryObject, caches: Caches): [string, Date][] {
  const { metadata, status } = repository
  if (status?.id === undefined || status.lastBackupTime === undefined) return []
  // Nothing can be checked or pruned before there is something: the first of each is owed since the first backup.
  const first = new Date(status.firstBackupTime ?? status.lastBackupTime)
  const shared = sharedStore(repository, caches)
  const owing = caches.configurations.byIndex('due', `${metadata.namespace ?? ''}/${metadata.name}`)
  const due = {
    check: checkDueSince(repository),
    prune: pruneDueSince(repository, shared),
    retention: forgetDueSince(repository, owing, shared),
  }
  return Object.entries(due).flatMap(([work, since]): [string, Date][] =>
    since === undefined ? [] : [[work, since > first || work === 'retention' ? since : first]],
  )
}
