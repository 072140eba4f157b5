import type { Condition } from '../../../lib/api/condition.js'
import type { RepositoryStatus } from '../../../lib/api/repository.js'
import { findCondition, type Observation, withCondition } from '../../../lib/conditions.js'
import { formatBytes } from '../../../lib/quantity.js'
import { type Reason, reasons } from '../../../lib/reason.js'
import { storeFaults } from '../../../lib/reason-groups.js'
import type { StepReport } from '../../../lib/report.js'
import { type ConfigurationObject, type RepositoryObject, rfc3339 } from '../objects.js'
import { damagedAt } from './damage.js'

interface Observed {
  readonly now: Date
  readonly repository: RepositoryObject
  readonly configurations: readonly ConfigurationObject[]
  readonly shared?: readonly RepositoryObject[]
}

/** The status after a maintenance that reported. */
export function recordedStatus(
  { repository, now, configurations }: Observed,
  status: RepositoryStatus,
  report: StepReport,
  startedAt: Date,
): RepositoryStatus {
  const { maintenance } = report
  const check = verdictOf(maintenance?.check, status)
  const at = rfc3339(startedAt)
  const forgotten = maintenance?.forgotten
  const removed = (forgotten ?? []).reduce((sum, each) => sum + each.removed, 0)
  const policies = [...new Set(configurations.flatMap(each => each.spec.retentionPolicy.name ?? []))].join(', ')
  const observations: Observation[] = []
  const observe = (type: string, good: boolean, reason: Reason, message: string) =>
    observations.push({
      type,
      status: good ? 'True' : 'False',
      reason,
      message: message === '' ? reasons[reason] : message,
    })
  if (check !== undefined)
    observe('IntegrityVerified', check.ok, check.ok ? 'CheckSucceeded' : 'CheckFailed', check.message)
  if (forgotten !== undefined) {
    observe(
      'RetentionPolicyApplied',
      true,
      'RetentionApplied',
      `${removed} snapshots removed${policies === '' ? '' : ` (${policies})`}`,
    )
  } else if (report.outcome === 'Failed') {
    observe('RetentionPolicyApplied', false, report.reason ?? 'RetentionFailed', report.message ?? '')
  } else if (check?.ok === false) {
    observe('RetentionPolicyApplied', false, 'CheckFailed', '')
  }
  observations.push(...reachability(report))
  const next: RepositoryStatus = {
    ...status,
    ...(maintenance?.totalBytes === undefined
      ? {}
      : { totalBytes: maintenance.totalBytes, totalSize: quantityOf(maintenance.totalBytes) }),
    ...(maintenance?.snapshotCount === undefined ? {} : { snapshotCount: maintenance.snapshotCount }),
    ...(forgotten === undefined ? {} : { snapshotsRemovedOnLastCleanup: removed, lastForgetTime: at }),
    ...(check === undefined ? {} : { integrity: check.ok, lastCheckTime: at }),
    ...(maintenance?.prune?.ok === true ? { lastPruneTime: at } : {}),
  }
  return withObservations(repository, next, observations, now)
}

type Check = NonNullable<StepReport['maintenance']>['check']

// What one share of the data was found to be does not take back what was found in another.
function verdictOf(check: Check, { integrity, conditions }: RepositoryStatus) {
  if (check === undefined) return undefined
  if (integrity !== false || !check.ok || check.part !== true) return { ok: check.ok, message: check.message ?? '' }
  const before = (findCondition(conditions, 'IntegrityVerified')?.message ?? '').replace(onlyPart, '')
  return { ok: false, message: `${before}${onlyPart}` }
}

const onlyPart =
  '; a later check that read a share of the data found nothing there, which does not show that it is gone'

/** The status after a maintenance that did not report. */
export function failedStatus(
  { repository, now }: Observed,
  status: RepositoryStatus,
  reason: Reason,
  message: string,
): RepositoryStatus {
  const observation: Observation = {
    type: 'RetentionPolicyApplied',
    status: 'False',
    reason,
    message: message === '' ? reasons[reason] : message,
  }
  return withObservations(repository, status, [observation], now)
}

/**
 * The status with what damage means for retention: that it waits, at whichever Repository of the store the damage was
 * found. What keeps the check from being made is said there as well, and stays until one is.
 */
export function withRetentionHeld({ repository, shared = [repository], now }: Observed, status: RepositoryStatus) {
  const told = findCondition(status.conditions, 'RetentionPolicyApplied')
  const damaged = damagedAt([{ ...repository, status }, ...shared.filter(each => !isSame(each, repository))])
  if (damaged === undefined) {
    if (told?.reason !== 'RepositoryDamaged') return status
    const message = 'no check finds damage any more; retention follows'
    return withObservations(repository, status, [waiting('Unknown', 'Waiting', message)], now)
  }
  if (told?.reason === 'RepositoryDamaged') return status
  const where = isSame(damaged, repository)
    ? ''
    : ` (Repository ${damaged.metadata.namespace}/${damaged.metadata.name})`
  const hindered = told?.status === 'False' && told.reason !== 'CheckFailed' ? `; ${told.reason}: ${told.message}` : ''
  const message = `retention and prune wait until a check finds no damage${where}${hindered}`
  return withObservations(repository, status, [waiting('False', 'RepositoryDamaged', message)], now)
}

const isSame = (one: RepositoryObject, other: RepositoryObject) => one.metadata.uid === other.metadata.uid
const waiting = (status: 'False' | 'Unknown', reason: Reason, message: string): Observation => ({
  ...{ type: 'RetentionPolicyApplied', status, reason, message },
})

/** What a report says of the store itself: whether it answers, and with the repository that was there. */
export function reachability(report: StepReport): Observation[] {
  const fault = report.reason !== undefined && storeFaults.includes(report.reason) ? report.reason : undefined
  const message = report.message ?? (fault === undefined ? 'the store answered' : reasons[fault])
  if (fault === undefined) {
    if (report.outcome === 'Failed') return []
    return [
      { type: 'Reachable', status: 'True', reason: 'Available', message: 'the store answered' },
      { type: 'Initialized', status: 'True', reason: 'Available', message: 'the repository is there' },
    ]
  }
  const type = fault === 'RepositoryVanished' || fault === 'RepositoryReplaced' ? 'Initialized' : 'Reachable'
  return [{ type, status: 'False', reason: fault, message }]
}

/** The status with observations, and with the summary that kstatus reads. */
export function withObservations(
  repository: RepositoryObject,
  status: RepositoryStatus,
  observations: readonly Observation[],
  now: Date,
): RepositoryStatus {
  let conditions: Condition[] = status.conditions ?? []
  for (const observation of observations)
    conditions = withCondition(conditions, observation, now, repository.metadata.generation)
  return summarised(repository, { ...status, conditions }, now)
}

export function summarised(repository: RepositoryObject, status: RepositoryStatus, now: Date): RepositoryStatus {
  const bad = status.conditions?.find(
    each => ['Reachable', 'Initialized', 'IntegrityVerified'].includes(each.type) && each.status === 'False',
  )
  const known = status.id !== undefined
  const reason = bad?.reason ?? (known ? 'Available' : 'NotReported')
  const message =
    bad?.message ?? (known ? `repository ${status.id?.slice(0, 8)}` : 'no backup has reached the store yet')
  // A Repository that nobody has used yet is complete as far as git is concerned: its first backup makes it.
  const observe = (type: string, yes: boolean): Observation => ({
    type,
    status: yes ? 'True' : 'False',
    reason,
    message,
  })
  const generation = repository.metadata.generation
  const ready = withCondition(status.conditions, observe('Ready', bad === undefined), now, generation)
  return {
    ...status,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    // Without it kstatus, and so Flux, would wait for a store that nothing brings back.
    conditions: withCondition(ready, observe('Stalled', bad !== undefined), now, generation),
  }
}

const quantityOf = (bytes: number): string => formatBytes(bytes).replace(' ', '').replace(/B$/, '') || '0'
