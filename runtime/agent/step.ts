import type { Step, StepReport } from '../../lib/report.js'
import type { StepBody } from './ending.js'
import { messageOf, StepFailure } from './failure.js'
import type { Flags, UsageError } from './flags.js'
import type { AgentHost } from './host.js'
import type { LogLevel } from './log-line.js'
import { type Pod, podOf } from './pod.js'
import { markStart } from './shared-results.js'
import { messagePlace, writeMessage, writeReportFile } from './termination-message.js'

const interrupted = (step: Step): StepReport => ({
  holdfast: 1,
  step,
  outcome: 'Interrupted',
  reason: 'Interrupted',
  message: `${step} did not come to its end`,
})

/**
 * Runs a step so that it always leaves a report: first the one that holds if the process dies, then its own.
 * Gives 0 whatever the outcome, so that the pod’s next container runs.
 */
export async function runStep(step: Step, flags: Flags, body: StepBody, host: AgentHost): Promise<number> {
  const pod = podOf(host, step)
  const place = messagePlace(pod.env)
  writeMessage(place, interrupted(step))
  const report = clean(pod, {
    ...(await reportOf(step, flags, pod, body)),
    seconds: Math.round(host.clock.now() - pod.startedAt) / 1000,
  })
  const outputDir = flags.text('output-dir')
  const unwritten = [
    ...(outputDir === '' ? [] : [writeReportFile(outputDir, report)]),
    writeMessage(place, report),
  ].filter(problem => problem !== undefined)
  for (const problem of unwritten) pod.log(problem, 'warn')
  const words = [`${step}: ${report.outcome}`, report.reason, report.message].filter(part => part !== undefined)
  pod.log(words.join(': '), levelOf(report))
  return 0
}

function levelOf({ outcome }: StepReport): LogLevel {
  if (outcome === 'Failed') return 'error'
  return outcome === 'Succeeded' || outcome === 'Skipped' ? 'info' : 'warn'
}

async function reportOf(step: Step, flags: Flags, pod: Pod, body: StepBody): Promise<StepReport> {
  // `holdfast` comes first in every report: readers tell our messages from others by how they begin.
  try {
    const outputDir = flags.text('output-dir')
    if (outputDir !== '') markStart(outputDir, pod.host.clock)
    const ending = await body(flags, pod)
    // A restic that somebody else stopped has failed; only a step that is stopped itself has no say in how it ends.
    const stopped = ending.outcome === 'Interrupted' || (ending.reason === 'Interrupted' && pod.stop.asked)
    const cutOff = stopped ? interrupted(step) : {}
    return { holdfast: 1, step, ...pod.known(), ...ending, ...cutOff }
  } catch (error) {
    if (pod.stop.asked) {
      return { ...interrupted(step), ...pod.known(), message: `${step} was told to stop before it was done` }
    }
    if (!(error instanceof StepFailure) && error instanceof Error) pod.log(String(error.stack), 'error')
    const reason = error instanceof StepFailure ? error.reason : 'StepFailed'
    return { holdfast: 1, step, ...pod.known(), outcome: 'Failed', reason, message: messageOf(error) }
  }
}

// Only texts are cleaned: a password that reads `true` must not turn the rest of a report into nonsense.
function clean(pod: Pod, report: StepReport): StepReport {
  const redacted = (key: string, value: unknown) =>
    key === 'message' && typeof value === 'string' ? pod.redact(value) : value
  return JSON.parse(JSON.stringify(report, redacted)) as StepReport
}

/** A command line that cannot be understood is reported too, so that the session says more than "exit code 2". */
export function reportUsageError(step: Step, error: UsageError, env: NodeJS.ProcessEnv): void {
  writeMessage(messagePlace(env), {
    holdfast: 1,
    step,
    outcome: 'Failed',
    reason: 'TaskInvalid',
    message: error.message,
  })
}
