import { formatBytes } from '../../../lib/quantity.js'
import type { StepReport } from '../../../lib/report.js'
import { eventNotes } from '../event-notes.js'
import type { EventNote } from '../event-recorder.js'
import type { Finding } from '../session/pod-verdict.js'

/** The event of a maintenance that failed; `failure` is what Kubernetes knows when the Job did not report. */
export const maintenanceFailure = (report: StepReport | undefined, failure: Finding | undefined): EventNote =>
  eventNotes.maintenanceFailed(
    report?.reason ?? failure?.reason ?? 'RetentionFailed',
    report?.message ?? failure?.message ?? '',
  )

/** What a maintenance did, in words. */
export function maintenanceWork({ maintenance = {} }: StepReport): string {
  const { forgotten, check, prune, totalBytes } = maintenance
  const removed = (forgotten ?? []).reduce((sum, each) => sum + each.removed, 0)
  const done = [
    ...(forgotten === undefined ? [] : [`retention removed ${removed} snapshots`]),
    ...(prune === undefined ? [] : ['unused data was pruned']),
    ...(check === undefined
      ? []
      : [`the check${check.part === true ? ' of a share of the data' : ''} found no damage`]),
    ...(totalBytes === undefined ? [] : [`${formatBytes(totalBytes)} are stored`]),
  ]
  return done.length === 0 ? 'nothing was to be done' : done.join(', ')
}
