import type { StepReport } from '../../lib/report.js'
import { confirmSnapshots } from './confirmation.js'
import { connect } from './connection.js'
import type { Ending } from './ending.js'
import { StepFailure } from './failure.js'
import type { Flags } from './flags.js'
import type { Pod } from './pod.js'
import { type Purpose, pushSession } from './session-metrics.js'
import { hooksOf, readResults, reportOf, type SharedResults, secondsSinceStart } from './shared-results.js'

/**
 * The last step of a session’s pod: what the mover reported is confirmed in the repository, hooks are weighed,
 * metrics are pushed, and one report says it all.
 */
export async function updateStatus(flags: Flags, pod: Pod): Promise<Ending> {
  const results = readResults(flags.text('output-dir'))
  const mover = reportOf(results, 'pvc-backup') ?? reportOf(results, 'pvc-restore')
  const purpose = purposeOf(flags, mover)
  pod.know({ host: flags.text('hostname'), ...hooksOf(results), ...factsOf(mover) })
  const ending = await endingOf(flags, pod, results, mover, purpose)
  const course = { session: secondsSinceStart(flags.text('output-dir'), pod), host: mover?.seconds ?? 0 }
  const metrics = await pushSession(flags, pod, purpose, ending, course)
  return { ...ending, ...(metrics === undefined ? {} : { metrics }) }
}

function purposeOf(flags: Flags, mover: StepReport | undefined): Purpose {
  if (mover !== undefined) return mover.step === 'pvc-restore' ? 'restore' : 'backup'
  return flags.text('invoker-kind') === 'RestoreSession' ? 'restore' : 'backup'
}

function factsOf(mover: StepReport | undefined): Partial<StepReport> {
  const { repository, snapshots, restored, host } = mover ?? {}
  return {
    ...(host === undefined ? {} : { host }),
    ...(repository === undefined ? {} : { repository }),
    ...(snapshots === undefined ? {} : { snapshots }),
    ...(restored === undefined ? {} : { restored }),
  }
}

async function endingOf(
  flags: Flags,
  pod: Pod,
  results: SharedResults,
  mover: StepReport | undefined,
  purpose: Purpose,
): Promise<Ending> {
  try {
    if (mover === undefined) throw new StepFailure('StepFailed', missingResult(purpose))
    if (mover.step === 'pvc-backup' && mover.snapshots?.length) await confirm(flags, pod, mover)
    return afterHooks(results, asEnding(mover))
  } catch (error) {
    if (pod.stop.asked || !(error instanceof StepFailure)) throw error
    return { outcome: 'Failed', reason: error.reason, message: error.message, confirmed: false }
  }
}

const missingResult = (purpose: Purpose) =>
  `step pvc-${purpose} left no result in the pod’s shared folder: it did not run, or its Task passes another outputDir`

async function confirm(flags: Flags, pod: Pod, mover: StepReport): Promise<void> {
  const { repository } = await confirmSnapshots(connect(flags, pod), mover.snapshots ?? [], {
    host: flags.text('hostname'),
    sessionUid: flags.text('session-uid'),
    knownId: flags.text('repository-id'),
    told: mover.repository,
  })
  pod.know({ confirmed: true, repository })
}

function asEnding({ outcome, reason, message }: StepReport): Ending {
  return {
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  }
}

/** A hook that failed after a good mover fails the session; what was stored stays recorded. */
export function afterHooks({ postHook }: Pick<SharedResults, 'postHook'>, ending: Ending): Ending {
  if (postHook === undefined || postHook.ok) return ending
  const message = `the hook after failed: ${postHook.message ?? 'it gave no reason'}`
  if (ending.outcome === 'Failed') return { ...ending, message: `${ending.message ?? ''}; ${message}` }
  return { outcome: 'Failed', reason: 'PostHookFailed', message }
}
