import { apiVersion } from '../../lib/api/group.js'
import { isReason } from '../../lib/reason.js'
import { decodeReport } from '../../lib/report.js'
import type { PodObject } from '../../runtime/controller/objects.js'
import { decide } from '../../runtime/controller/session/reconciler.js'
import type { SessionStatus } from '../../runtime/controller/session/session-status.js'
import { backupSession, begun, configuration, job, observe, restoreSession } from '../runtime/controller/observation.js'
import { exited, pod } from '../runtime/controller/pod-fixture.js'
import type { Course, FlowLab, FlowName } from './flow.js'

/** What the controller makes of a flow. */
export interface Verdict {
  readonly phase: string
  readonly reason: string
  readonly message: string
  /** What it records of snapshots and files: the part that must be true. */
  readonly facts: string
  /** Reason of the condition that tells of the push; undefined when none was tried. */
  readonly metrics?: string | undefined
}

/** The controller’s decision about the session whose pod left these messages, or the report of a maintenance. */
export function verdictOf(lab: FlowLab, flow: FlowName, course: Course): Verdict {
  if (flow === 'maintain') return maintenance(course)
  const decision = decide(observed(lab, flow, course))
  const { phase = '', conditions = [] } = decision.status
  const ready = conditions.find(each => each.type === 'Ready')
  const metrics = conditions.find(each => each.type === 'MetricsPushed')?.reason
  const facts = factsOf(decision.status, course)
  return { phase, reason: ready?.reason ?? '', message: ready?.message ?? '', facts, metrics }
}

function observed(lab: FlowLab, flow: FlowName, { messages }: Course) {
  const paths = { paths: [...lab.paths] }
  const target = { ref: { apiVersion: 'v1' as const, kind: 'PersistentVolumeClaim' as const, name: 'data' }, ...paths }
  const ended = podOf(messages)
  const status = flow === 'finish' ? begun({ finishJobName: 'finish', conditions: [cause] }) : begun()
  const parts =
    flow === 'finish'
      ? { finishJob: job({ name: 'finish' }, ['Complete']), finishPod: ended }
      : { job: job({}, ['Complete']), pod: ended }
  if (flow === 'restore') {
    const ownerReferences = [{ apiVersion, kind: 'RestoreSession', name: 'back', uid: 'restore-uid' }]
    const ended = { job: job({ ownerReferences }, ['Complete']), pod: podOf(messages) }
    return observe({ session: restoreSession({}, begun()), ...ended })
  }
  return observe({ session: backupSession(status), configuration: configuration({ target }), ...parts })
}

const cause = {
  ...{
    type: 'Reconciling',
    status: 'True' as const,
    reason: 'OutOfMemory',
    message: 'the mover ended without a report',
  },
  lastTransitionTime: '2026-11-22T11:59:00Z',
}

const podOf = (messages: readonly string[]): PodObject =>
  pod(
    'Succeeded',
    messages.map(message => exited(0, undefined, message)),
  )

function factsOf({ targets, stats }: SessionStatus, { reports }: Course): string {
  const snapshots = targets?.flatMap(each => each.stats ?? []).flatMap(each => each.snapshots ?? [])
  const restored = stats?.map(({ snapshot, filesRestored, bytesRestored }) => ({
    snapshot,
    filesRestored,
    bytesRestored,
  }))
  const last = reports.at(-1)
  const timeless = snapshots?.map(({ processingTime: _time, ...each }) => each)
  return JSON.stringify({ snapshots: timeless, restored, repository: last?.repository?.id })
}

function maintenance({ messages }: Course): Verdict {
  const report = decodeReport(messages[0])
  const { outcome = 'none', reason = '', message = '', maintenance: facts } = report ?? {}
  return { phase: outcome, reason, message, facts: JSON.stringify({ facts, repository: report?.repository?.id }) }
}

export const isGood = ({ phase }: Verdict): boolean => phase === 'Succeeded' || phase === 'PartiallySucceeded'

/** What a bad end lacks to be a named outcome that a person can act on; undefined when it lacks nothing. */
export function namelessness({ phase, reason, message }: Verdict): string | undefined {
  if (phase !== 'Failed') return `the phase is ${phase}`
  if (!isReason(reason) || reason === 'StepFailed') return `the reason is '${reason}'`
  const words = message.replace(/^\/\S+: /, '').trim()
  if (words.length < 12) return `the message is '${message}'`
  return /[\x00-\x08\x0b-\x1f]/.test(message) ? 'the message has control characters' : undefined
}
