import type { Registry } from 'prom-client'
import { parseDuration } from '../../lib/duration.js'
import { isReason } from '../../lib/reason.js'
import type { Clock } from '../kube/clock.js'
import type { Caches } from './caches.js'
import { collectedGauge } from './collected-gauge.js'
import { DueSlots } from './due-slots.js'
import { type BackupSessionObject, type ConfigurationObject, createdAt } from './objects.js'
import { hasEnded } from './session/session-status.js'

const labelNames = ['namespace', 'configuration']
type Labels = Record<string, string>
type Value = { readonly value: number; readonly labels?: Labels } | undefined

/** What every policy promises and how it stands, read from the caches when it is asked for. */
export function addPolicyGauges(registry: Registry, caches: Caches, clock: Clock): void {
  const add = (name: string, help: string, value: (configuration: ConfigurationObject) => Value, more: string[] = []) =>
    collectedGauge(registry, { name: `holdfast_backup_${name}`, help, labelNames: [...labelNames, ...more] }, set => {
      for (const configuration of caches.configurations.list()) {
        const found = value(configuration)
        if (found !== undefined) set({ ...identityOf(configuration), ...found.labels }, found.value)
      }
    })
  const due = new DueSlots()
  add('last_success_time_seconds', 'Unix time of the newest good backup; 0 when there is none', each => ({
    value: seconds(each.status?.lastSuccessfulTime),
  }))
  add(
    'recovery_point_age_seconds',
    'Age of the newest good backup, or of the configuration when there is none',
    each => ({ value: (clock.date().getTime() - newestGood(each)) / 1000 }),
  )
  add('recovery_point_objective_seconds', 'Oldest that the newest good backup may be', ({ spec }) =>
    spec.recoveryPointObjective === undefined
      ? undefined
      : { value: parseDuration(spec.recoveryPointObjective) / 1000 },
  )
  add('due_time_seconds', 'Unix time of the newest slot whose backup must be there by now', each => {
    const slot = due.newest(each, clock.date().getTime())
    return slot === undefined ? undefined : { value: slot / 1000 }
  })
  add('paused', 'Whether scheduled sessions are skipped', ({ spec }) => ({ value: Number(spec.paused ?? false) }))
  add('ready', 'Whether the configuration can run and its newest backup is good', readiness, ['reason'])
  add(
    'last_session_end_time_seconds',
    'Unix time at which the newest session ended that was not skipped',
    each => {
      const session = newestRun(
        caches.backups.byIndex('configuration', `${each.metadata.namespace ?? ''}/${each.metadata.name}`),
      )
      if (session === undefined) return undefined
      const { phase = '', completionTime, conditions } = session.status ?? {}
      const reason = reasonOf(conditions)
      return { value: seconds(completionTime), labels: { phase, reason } }
    },
    ['phase', 'reason'],
  )
}

const identityOf = ({ metadata }: ConfigurationObject): Labels => ({
  namespace: metadata.namespace ?? '',
  configuration: metadata.name,
})
const seconds = (time: string | undefined) => new Date(time ?? 0).getTime() / 1000
const newestGood = (each: ConfigurationObject) => new Date(each.status?.lastSuccessfulTime ?? createdAt(each)).getTime()

type Conditions = NonNullable<ConfigurationObject['status']>['conditions']

/** The summary of an object’s conditions; what is no reason of ours is not repeated, so that labels stay few. */
export function reasonOf(conditions: Conditions): string {
  const reason = conditions?.find(each => each.type === 'Ready')?.reason
  return isReason(reason) ? reason : 'NotReported'
}

function readiness({ status }: ConfigurationObject): Value {
  const ready = status?.conditions?.find(each => each.type === 'Ready')
  if (ready === undefined) return undefined
  return { value: Number(ready.status === 'True'), labels: { reason: reasonOf(status?.conditions) } }
}

// RFC 3339 in UTC sorts as text, and sixty thousand sessions are quickly compared.
function newestRun(sessions: readonly BackupSessionObject[]): BackupSessionObject | undefined {
  let newest: BackupSessionObject | undefined
  for (const each of sessions) {
    if (!hasEnded(each) || each.status?.phase === 'Skipped') continue
    const isNewer = (each.metadata.creationTimestamp ?? '') > (newest?.metadata.creationTimestamp ?? '')
    if (newest === undefined || isNewer) newest = each
  }
  return newest
}
