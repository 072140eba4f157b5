import type { Job, Pod, PodFailureRule } from '../api/kinds.js'
import { type Condition, isTrue } from '../api/object.js'

export interface Outcome {
  readonly type: 'Complete' | 'Failed'
  readonly reason: string
  readonly message: string
}

/** How the pods of a Job that have ended count. */
export interface Tally {
  readonly succeeded: number
  readonly failed: number
}

export function tally(job: Job, ended: readonly Pod[]): Tally {
  const failures = ended.filter(pod => pod.status.phase !== 'Succeeded')
  const counted = failures.filter(pod => matchingRule(job, pod)?.rule.action !== 'Ignore')
  return { succeeded: ended.length - failures.length, failed: counted.length }
}

/** Whether the Job is over, and why, in the words of the Job controller; undefined while it goes on. */
export function outcomeOf(job: Job, ended: readonly Pod[], now: number): Outcome | undefined {
  const { succeeded, failed } = tally(job, ended)
  const policy = policyFailure(job, ended)
  if (policy !== undefined) return policy
  if (failed > (job.spec.backoffLimit ?? 6)) {
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
  }
  if (now >= deadlineOf(job)) {
    return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
  }
  if (succeeded < (job.spec.completions ?? job.spec.parallelism ?? 1)) return undefined
  return { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
}

/** Milliseconds since the epoch at which the Job runs out of time; infinity without a deadline. */
export function deadlineOf(job: Job): number {
  const { activeDeadlineSeconds } = job.spec
  if (activeDeadlineSeconds === undefined || job.status.startTime === undefined) return Number.POSITIVE_INFINITY
  return Date.parse(job.status.startTime) + activeDeadlineSeconds * 1000
}

export function finishedCondition(job: Job): Condition | undefined {
  return job.status.conditions?.find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  )
}

/** A verdict that was written down while pods still ended: it stands, whatever they do. */
export function interimOutcome(job: Job): Outcome | undefined {
  for (const { type, status, reason = '', message = '' } of job.status.conditions ?? []) {
    if (status !== 'True') continue
    if (type === 'FailureTarget') return { type: 'Failed', reason, message }
    if (type === 'SuccessCriteriaMet') return { type: 'Complete', reason, message }
  }
  return undefined
}

function policyFailure(job: Job, ended: readonly Pod[]): Outcome | undefined {
  for (const pod of ended) {
    const match = matchingRule(job, pod)
    if (match?.rule.action === 'FailJob') {
      return {
        type: 'Failed',
        reason: 'PodFailurePolicy',
        message: `${match.why} matching FailJob rule at index ${match.index}`,
      }
    }
  }
  return undefined
}

interface Match {
  readonly rule: PodFailureRule
  readonly index: number
  readonly why: string
}

function matchingRule(job: Job, pod: Pod): Match | undefined {
  if (pod.status.phase !== 'Failed') return undefined
  for (const [index, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
    const why = conditionMatch(rule, pod) ?? exitCodeMatch(rule, pod)
    if (why !== undefined) return { rule, index, why }
  }
  return undefined
}

function conditionMatch(rule: PodFailureRule, pod: Pod): string | undefined {
  const pattern = rule.onPodConditions?.find(({ type, status = 'True' }) => status === 'True' && isTrue(pod, type))
  if (pattern === undefined) return undefined
  return `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${pattern.type}`
}

function exitCodeMatch(rule: PodFailureRule, pod: Pod): string | undefined {
  const wanted = rule.onExitCodes
  if (wanted === undefined) return undefined
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])]
  for (const { name, state } of statuses) {
    const code = state.terminated?.exitCode
    if (code === undefined || code === 0) continue
    if (wanted.containerName !== undefined && wanted.containerName !== name) continue
    if (wanted.values.includes(code) !== (wanted.operator === 'In')) continue
    return `Container ${name} for pod ${pod.metadata.namespace}/${pod.metadata.name} failed with exit code ${code}`
  }
  return undefined
}
