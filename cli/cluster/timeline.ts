import { annotations } from '../../lib/api/group.js'
import { findCondition } from '../../lib/conditions.js'
import { formatBytes } from '../../lib/quantity.js'
import { decodeReport, type StepReport } from '../../lib/report.js'
import {
  type ContainerStatus,
  isBackup,
  type JobObject,
  type PodObject,
  type SessionObject,
} from '../../runtime/controller/objects.js'
import type { Step } from '../display/step.js'

/** What is known of a session at one moment. */
export interface SessionView {
  readonly session: SessionObject
  readonly job?: JobObject | undefined
  readonly pod?: PodObject | undefined
}

const finalPhases = ['Succeeded', 'PartiallySucceeded', 'Failed', 'Skipped']

export const isFinal = (session: SessionObject): boolean => finalPhases.includes(session.status?.phase ?? '')

/** The session’s story so far, a line for everything that happened or is under way. */
export function timeline(view: SessionView): Step[] {
  const { session, pod } = view
  const containers = [...(pod?.status?.initContainerStatuses ?? []), ...(pod?.status?.containerStatuses ?? [])]
  const before = isFinal(session) && containers.length === 0
  return [created(session), ...(before ? [] : [jobStep(view)]), ...containers.map(containerStep), ...endStep(session)]
}

function created(session: SessionObject): Step {
  const slot = session.metadata.annotations?.[annotations.scheduledAt]
  const text = `${session.kind} ${session.metadata.name} created`
  return { key: 'created', state: 'done', text, ...(slot === undefined ? {} : { detail: `for ${slot}` }) }
}

function jobStep({ session, job }: SessionView): Step {
  const { attempt = 1, jobName } = session.status ?? {}
  const detail = attempt > 1 ? `attempt ${attempt}` : undefined
  if (job !== undefined)
    return withDetail({ key: `job-${attempt}`, state: 'done', text: `Job ${job.metadata.name} created` }, detail)
  const waits = findCondition(session.status?.conditions, 'Reconciling')
  const why = waits?.status === 'True' ? waits.message : undefined
  return withDetail(
    {
      key: `job-${attempt}`,
      state: 'running',
      text: jobName === undefined ? 'waiting for the controller' : `Job ${jobName}`,
    },
    why,
  )
}

function containerStep({ name, state }: ContainerStatus): Step {
  // The compiler and the resolver name init containers `<function>-<index>`.
  const step = name.replace(/-\d+$/, '')
  if (state?.running !== undefined) return { key: name, state: 'running', text: `${step} is running` }
  if (state?.terminated === undefined) {
    const why = state?.waiting?.reason
    return withDetail({ key: name, state: 'waiting', text: step }, why === 'PodInitializing' ? undefined : why)
  }
  const { exitCode, message, reason } = state.terminated
  const report = decodeReport(message)
  if (report === undefined) {
    return {
      key: name,
      state: exitCode === 0 ? 'done' : 'failed',
      text: `${step} ended`,
      detail: reason ?? `exit code ${exitCode}`,
    }
  }
  const good = exitCode === 0 && (report.outcome === 'Succeeded' || report.outcome === 'Skipped')
  return { key: name, state: good ? 'done' : 'failed', text: `${step}: ${story(report)}` }
}

/** A step’s report in a few words. */
export function story(report: StepReport): string {
  const { outcome, snapshots = [], restored = [], metrics, step, reason, message } = report
  if (outcome === 'Failed' || outcome === 'Interrupted') return [reason ?? outcome, message].filter(Boolean).join(': ')
  if (step === 'update-status') {
    const found = report.confirmed === true ? 'the repository has the snapshot' : 'result recorded'
    return `${found}, metrics ${metrics?.pushed === true ? 'pushed' : `not pushed${metrics?.message === undefined ? '' : ` (${metrics.message})`}`}`
  }
  const parts = [
    ...snapshots.map(
      each => `${files(each.files.total)}, ${formatBytes(each.totalBytes)} stored as snapshot ${each.id.slice(0, 8)}`,
    ),
    ...restored.map(
      each => `${each.files} files and folders, ${formatBytes(each.bytes)} from snapshot ${each.id.slice(0, 8)}`,
    ),
  ]
  if (report.repository?.initialized === true) parts.unshift('repository made')
  return parts.length === 0 ? [outcome.toLowerCase(), message].filter(Boolean).join(': ') : parts.join('; ')
}

const files = (count: number | undefined) => (count === 1 ? '1 file' : `${count ?? 0} files`)

function endStep(session: SessionObject): Step[] {
  const { status } = session
  const phase = status?.phase
  if (!isFinal(session) || phase === undefined) return []
  const ready = findCondition(status?.conditions, 'Ready')
  if (phase === 'Succeeded') {
    const what = isBackup(session) ? 'backup' : 'restore'
    return [{ key: 'end', state: 'done', text: phase, detail: `the ${what} is recorded in its status` }]
  }
  const why = ready === undefined ? '' : `: ${ready.reason}: ${ready.message}`
  return [{ key: 'end', state: phase === 'Skipped' ? 'skipped' : 'failed', text: `${phase}${why}` }]
}

function withDetail(step: Step, detail: string | undefined): Step {
  return detail === undefined || detail === '' ? step : { ...step, detail }
}
