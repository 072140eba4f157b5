import { attemptTag, sessionTag } from '../../lib/identity.js'
import { isReason, type Reason } from '../../lib/reason.js'
import type { Outcome, SnapshotReport, StepReport } from '../../lib/report.js'
import { decodeReport } from '../../lib/report.js'
import type { Snapshot } from '../../lib/restic/messages.js'
import { contradiction, identifyRepository, ownSnapshots } from './confirmation.js'
import { connect } from './connection.js'
import { looksAfterAnother, removeDeadLocks } from './dead-locks.js'
import type { Ending } from './ending.js'
import { StepFailure } from './failure.js'
import type { Flags } from './flags.js'
import type { Pod } from './pod.js'
import { pushSession } from './session-metrics.js'
import { hooksOf, readResults } from './shared-results.js'
import { listSnapshots } from './snapshot-listing.js'
import { afterHooks } from './update-status.js'

/**
 * Ends a session whose pod went away without a word: what it stored is looked up by its tags, so that a crash after
 * the upload does not lose a good snapshot’s record.
 */
export async function finish(flags: Flags, pod: Pod): Promise<Ending> {
  const prior = decodeReport(flags.text('prior'))
  const { repository, restored, preHook, postHook } = prior ?? {}
  // A hook after that ran in the pod that went is not run again, and what became of it counts.
  const results = { ...(postHook === undefined ? {} : { postHook }), ...readResults(flags.text('output-dir')) }
  pod.know({
    host: flags.text('hostname'),
    ...(repository === undefined ? {} : { repository }),
    ...(restored === undefined ? {} : { restored }),
    ...(preHook === undefined ? {} : { preHook }),
    ...hooksOf(results),
  })
  if (flags.boolean('remove-dead-locks')) await unlock(flags, pod)
  const isBackup = flags.text('target') === 'backup'
  const judged = isBackup ? await judgeBackup(flags, pod, prior) : judgeRestore(flags, prior)
  const ending = afterHooks(results, judged)
  const course = { session: prior?.seconds ?? 0, host: prior?.seconds ?? 0 }
  const metrics = await pushSession(flags, pod, isBackup ? 'backup' : 'restore', ending, course)
  return { ...ending, ...(metrics === undefined ? {} : { metrics }) }
}

// This pod has the host name of the one that was killed, so restic finds the processes behind its locks gone.
async function unlock(flags: Flags, pod: Pod): Promise<void> {
  try {
    await removeDeadLocks(connect(flags, pod), looksAfterAnother)
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error
    pod.log(`locks of the pod that was killed may still be there: ${error.message}`)
  }
}

function causeOf(flags: Flags): { reason: Reason; message: string } {
  const cause = flags.text('cause')
  const text = flags.text('cause-message')
  if (isReason(cause)) return { reason: cause, message: text }
  return { reason: 'StepFailed', message: text === '' ? cause : text }
}

// What the mover itself said counts, unless it was cut off.
const spoke = (report: StepReport | undefined): report is StepReport & { outcome: Exclude<Outcome, 'Interrupted'> } =>
  report !== undefined && report.outcome !== 'Interrupted'

function endingOf({ outcome, reason, message }: StepReport): Ending {
  return {
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  }
}

function judgeRestore(flags: Flags, prior: StepReport | undefined): Ending {
  return spoke(prior) ? afterSteps(flags, prior) : { outcome: 'Failed', ...causeOf(flags) }
}

// A step that failed after a good mover is no disruption: the application may still be quiesced, and somebody must look.
function afterSteps(flags: Flags, mover: StepReport): Ending {
  const cause = causeOf(flags)
  return cause.reason === 'StepFailed' && mover.outcome !== 'Failed' ? { outcome: 'Failed', ...cause } : endingOf(mover)
}

async function judgeBackup(flags: Flags, pod: Pod, prior: StepReport | undefined): Promise<Ending> {
  if (prior?.outcome === 'Failed' && !prior.snapshots?.length) return endingOf(prior)
  try {
    const found = await lookUp(flags, pod, prior)
    const snapshots = merge(found, prior?.snapshots ?? [])
    const complete = flags.list('paths').every(path => snapshots.some(snapshot => snapshot.path === path))
    const all = prior?.snapshots?.every(reported => isConfirmed(reported, found)) ?? true
    pod.know({ snapshots, confirmed: snapshots.length > 0 && all })
    return weigh(flags, prior, complete, all)
  } catch (error) {
    if (pod.stop.asked || !(error instanceof StepFailure)) throw error
    if (prior?.snapshots !== undefined) pod.know({ snapshots: prior.snapshots, confirmed: false })
    const cause = causeOf(flags)
    const looked = `and the repository could not be asked for its snapshots (${error.reason}): ${error.message}`
    return { outcome: 'Failed', reason: cause.reason, message: `${cause.message || cause.reason}, ${looked}` }
  }
}

async function lookUp(flags: Flags, pod: Pod, prior: StepReport | undefined): Promise<readonly Snapshot[]> {
  const restic = connect(flags, pod)
  const tags = [sessionTag(flags.text('session-uid')), attemptTag(flags.integer('attempt'))]
  const [{ snapshots }, repository] = await Promise.all([
    listSnapshots(restic, { host: flags.text('hostname'), tags }),
    identifyRepository(restic, flags.text('repository-id'), prior?.repository),
  ])
  pod.know({ repository })
  const own = { host: flags.text('hostname'), sessionUid: flags.text('session-uid') }
  return ownSnapshots(snapshots, own).filter(each => each.tags.includes(attemptTag(flags.integer('attempt'))))
}

const isConfirmed = (reported: SnapshotReport, found: readonly Snapshot[]) =>
  found.some(snapshot => snapshot.id === reported.id) && contradiction(reported, found) === undefined

function weigh(flags: Flags, prior: StepReport | undefined, complete: boolean, all: boolean): Ending {
  if (!all) {
    return {
      outcome: 'Failed',
      reason: 'SnapshotNotConfirmed',
      message: 'the repository lacks snapshots that were reported, or counts other files in them',
    }
  }
  const cause = causeOf(flags)
  if (spoke(prior) && (complete || prior.outcome === 'Failed')) return afterSteps(flags, prior)
  if (!complete) return { outcome: 'Failed', ...cause }
  const message = `every snapshot is stored, but the mover did not report (${cause.message || cause.reason}), so nobody can say whether every file was read`
  return { outcome: 'Partial', reason: cause.reason, message }
}

/** A snapshot for each path: as the mover reported it, else as the repository counts it; the newest of several. */
function merge(found: readonly Snapshot[], reported: readonly SnapshotReport[]): SnapshotReport[] {
  const byPath = new Map<string, SnapshotReport>()
  for (const snapshot of [...found].sort((a, b) => Date.parse(a.time) - Date.parse(b.time))) {
    const path = snapshot.paths[0]
    if (path === undefined) continue
    const known = reported.find(each => each.id === snapshot.id)
    byPath.set(path, known === undefined ? asReport(snapshot, path) : { ...known, path })
  }
  return [...byPath.values()]
}

function asReport({ id, counts }: Snapshot, path: string): SnapshotReport {
  if (counts === undefined) return { id, path, totalBytes: 0, uploadedBytes: 0, seconds: 0, files: {} }
  return {
    id,
    path,
    totalBytes: counts.totalBytes,
    uploadedBytes: counts.addedBytes,
    seconds: 0,
    files: {
      total: counts.totalFiles,
      new: counts.filesNew,
      modified: counts.filesChanged,
      unmodified: counts.filesUnmodified,
    },
  }
}
