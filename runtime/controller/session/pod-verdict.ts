import { annotations } from '../../../lib/api/group.js'
import type { Reason } from '../../../lib/reason.js'
import { decodeReport, type StepReport } from '../../../lib/report.js'
import { isOwnReport, type ReportingSteps, readReportingSteps } from '../../../lib/reporting-step.js'
import type { ContainerStatus, JobObject, PodObject, StatusCondition } from '../objects.js'

/** Why a pod does not start, or how it failed: a reason and Kubernetes' own words. */
export interface Finding {
  readonly reason: Reason
  readonly message: string
}

/** What a Job and its pod say, in the terms of a session. */
export type PodVerdict =
  | { readonly state: 'starting'; readonly waiting: Finding }
  | { readonly state: 'running' }
  | {
      readonly state: 'ended'
      /** What the steps reported, in order. */
      readonly reports: readonly StepReport[]
      /** Why it ended badly, as far as Kubernetes knows; absent when every container ended well. */
      readonly failure?: Finding
      /** Whether any container ran: if none did, nothing can have been stored. */
      readonly started: boolean
    }

const imageReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
])
const configReasons = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'StartError'])

/** Reads a Job of ours and its pod; `pod` is undefined when there is none (any more). */
export function verdictOf(job: JobObject | undefined, pod: PodObject | undefined): PodVerdict {
  const failed = condition(job?.status?.conditions, 'Failed')
  const complete = condition(job?.status?.conditions, 'Complete')
  const phase = pod?.status?.phase
  const known = readReportingSteps(job?.metadata.annotations?.[annotations.reports])
  if (pod !== undefined && (phase === 'Succeeded' || phase === 'Failed' || isLeaving(pod)))
    return ended(pod, failed, known)
  if (failed !== undefined || complete !== undefined) return withoutPod(pod, failed, known)
  if (pod === undefined)
    return { state: 'starting', waiting: { reason: 'JobRejected', message: 'the Job has no pod yet' } }
  const waiting = whyWaiting(pod)
  return waiting === undefined ? { state: 'running' } : { state: 'starting', waiting }
}

function ended(pod: PodObject, failed: StatusCondition | undefined, known: ReportingSteps | undefined): PodVerdict {
  const statuses = allStatuses(pod)
  // Any image can write what looks like a report: a container is believed only about the step that it runs.
  const reports = statuses.flatMap(({ name, state }) => {
    const report = decodeReport(state?.terminated?.message)
    return report !== undefined && isOwnReport(name, report, known) ? [withKernelsWord(report, statuses)] : []
  })
  const failure = failureOf(pod, failed)
  const started = statuses.some(status => status.state?.running !== undefined || status.state?.terminated !== undefined)
  return { state: 'ended', reports, started, ...(failure === undefined ? {} : { failure }) }
}

// A step only knows that its restic was killed; the kubelet knows where the kernel did it for memory.
function withKernelsWord(report: StepReport, statuses: readonly ContainerStatus[]): StepReport {
  if (report.reason !== 'ResticKilled') return report
  const killed = statuses.find(({ state }) => state?.terminated?.reason === 'OOMKilled')
  if (killed === undefined) return report
  const message = `${report.message ?? 'restic was killed'} (container ${killed.name}: OOMKilled)`
  return { ...report, reason: 'OutOfMemory', message }
}

// The Job is over and the pod object is gone with it, or was never made.
function withoutPod(
  pod: PodObject | undefined,
  failed: StatusCondition | undefined,
  known: ReportingSteps | undefined,
): PodVerdict {
  if (pod !== undefined) return ended(pod, failed, known)
  const failure = failed === undefined ? undefined : jobFailure(failed)
  return {
    state: 'ended',
    reports: [],
    started: true,
    failure: failure ?? { reason: 'PodDeleted', message: 'the pod is gone and left no report' },
  }
}

function jobFailure(failed: StatusCondition): Finding {
  const message = failed.message ?? failed.reason ?? ''
  if (failed.reason === 'DeadlineExceeded') return { reason: 'DeadlineExceeded', message }
  // Without the pod nobody can tell which of the disruptions it was.
  if (failed.reason === 'PodFailurePolicy')
    return { reason: 'Evicted', message: `${message} (evicted, preempted, or its node was lost)` }
  return { reason: 'PodDeleted', message }
}

function failureOf(pod: PodObject, failed: StatusCondition | undefined): Finding | undefined {
  const disruption = condition(pod.status?.conditions, 'DisruptionTarget')
  if (disruption !== undefined) return disrupted(disruption, pod)
  if (pod.status?.reason === 'Evicted')
    return { reason: 'Evicted', message: ofPod(pod, pod.status.message ?? 'the kubelet evicted it') }
  if (pod.status?.reason === 'NodeLost')
    return { reason: 'NodeLost', message: ofPod(pod, pod.status.message ?? `node ${pod.spec?.nodeName ?? ''} is lost`) }
  if (pod.status?.reason === 'DeadlineExceeded' || failed?.reason === 'DeadlineExceeded') {
    return {
      reason: 'DeadlineExceeded',
      message: ofPod(pod, pod.status?.message ?? failed?.message ?? 'it ran longer than its deadline'),
    }
  }
  const bad = allStatuses(pod).find(status => (status.state?.terminated?.exitCode ?? 0) !== 0)
  if (bad !== undefined && !(isLeaving(pod) && wasTold(bad))) return containerFailure(bad)
  if (isLeaving(pod)) return { reason: 'PodDeleted', message: `pod ${pod.metadata.name} was deleted` }
  if (pod.status?.phase === 'Failed')
    return { reason: 'JobRejected', message: [pod.status.reason, pod.status.message].filter(Boolean).join(': ') }
  return undefined
}

function disrupted(disruption: StatusCondition, pod: PodObject): Finding {
  const lost = disruption.reason === 'DeletionByTaintManager' || disruption.reason === 'DeletionByPodGC'
  const message = [disruption.reason, disruption.message ?? pod.status?.message].filter(Boolean).join(': ')
  return { reason: lost ? 'NodeLost' : 'Evicted', message: ofPod(pod, message) }
}

const ofPod = (pod: PodObject, message = 'it gave no reason') => `pod ${pod.metadata.name}: ${message}`

// SIGTERM and SIGKILL are how a deletion ends a container; the kernel’s own SIGKILL says OOMKilled.
function wasTold({ state }: ContainerStatus): boolean {
  const { exitCode, reason } = state?.terminated ?? { exitCode: 0 }
  return (exitCode === 143 || exitCode === 137) && reason !== 'OOMKilled'
}

function containerFailure(status: ContainerStatus): Finding {
  const terminated = status.state?.terminated
  const exit = `container ${status.name} ended with exit code ${terminated?.exitCode ?? '?'}`
  if (terminated?.reason === 'OOMKilled') return { reason: 'OutOfMemory', message: `${exit} (OOMKilled)` }
  const said =
    terminated?.message === undefined || terminated.message.startsWith('{')
      ? ''
      : `: ${terminated.message.slice(0, 512).trim()}`
  if (terminated?.reason === 'ContainerStatusUnknown') return { reason: 'NodeLost', message: `${exit}${said}` }
  return { reason: 'StepFailed', message: `${exit} (${terminated?.reason ?? 'Error'})${said}` }
}

function whyWaiting(pod: PodObject): Finding | undefined {
  const statuses = allStatuses(pod)
  const broken = statuses.find(status => {
    const reason = status.state?.waiting?.reason ?? ''
    return imageReasons.has(reason) || configReasons.has(reason)
  })
  const waiting = broken?.state?.waiting
  if (broken !== undefined && waiting !== undefined) {
    const reason: Reason = imageReasons.has(waiting.reason ?? '') ? 'ImageNotPulled' : 'ContainerConfigInvalid'
    return {
      reason,
      message: `container ${broken.name}: ${waiting.reason}${waiting.message === undefined ? '' : `: ${waiting.message}`}`,
    }
  }
  if (statuses.some(status => status.state?.running !== undefined || status.state?.terminated !== undefined))
    return undefined
  const scheduled = condition(pod.status?.conditions, 'PodScheduled', 'False')
  if (scheduled !== undefined)
    return { reason: 'Unschedulable', message: ofPod(pod, scheduled.message ?? scheduled.reason) }
  return {
    reason: 'PodNotStarted',
    message: `pod ${pod.metadata.name} is ${pod.status?.phase ?? 'Pending'}: no container has started`,
  }
}

/**
 * Since when a pod stands between two of its containers: one has ended, none runs, and it is not over. The kubelet leaves a
 * pod that lost its sandbox there like that, for ever.
 */
export function standsSince(pod: PodObject | undefined): Date | undefined {
  if (pod?.status?.phase !== 'Pending') return undefined
  const states = allStatuses(pod).map(each => each.state ?? {})
  if (states.some(state => state.running !== undefined)) return undefined
  const ends = states.flatMap(state =>
    state.terminated?.finishedAt === undefined ? [] : [state.terminated.finishedAt],
  )
  return ends.length === 0 ? undefined : new Date(Math.max(...ends.map(Date.parse)))
}

/** Whether a Job still has something to do, and nobody has deleted it. */
export const isAlive = (job: JobObject): boolean => !isFinished(job) && job.metadata.deletionTimestamp === undefined

/** Whether a Job has nothing left to do. */
export function isFinished(job: JobObject): boolean {
  return ['Complete', 'Failed'].some(type => condition(job.status?.conditions, type) !== undefined)
}

function allStatuses(pod: PodObject): ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
}

// A pod that is being deleted and whose containers have all ended will say nothing more.
function isLeaving(pod: PodObject): boolean {
  if (pod.metadata.deletionTimestamp === undefined) return false
  return !allStatuses(pod).some(status => status.state?.running !== undefined)
}

function condition(
  conditions: readonly StatusCondition[] | undefined,
  type: string,
  status = 'True',
): StatusCondition | undefined {
  return conditions?.find(each => each.type === type && each.status === status)
}
