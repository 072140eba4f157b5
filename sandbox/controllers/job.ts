import { controllerOf, isFinished, type Job, type JobStatus, ownedBy, type Pod } from '../api/kinds.js'
import { isTrue, type KubeObject, withCondition } from '../api/object.js'
import type { Registry } from '../api/registry.js'
import type { Change } from '../api/store.js'
import type { Controller, ControllerContext } from './controller.js'
import { recordEvent } from './event.js'
import { deadlineOf, finishedCondition, interimOutcome, type Outcome, outcomeOf, tally } from './job-outcome.js'
import { splitKey, Work, workKey } from './work.js'

const component = 'job-controller'

/** Runs Jobs: one pod after the other up to the backoff limit, deadlines, failure policy, suspension, clean-up. */
export class JobController implements Controller {
  private readonly registry: Registry
  private readonly work: Work
  private readonly unsubscribe: () => void
  /** Pods that were deleted, as they were last seen; they still count. */
  private readonly departed = new Map<string, Pod[]>()

  constructor(context: ControllerContext) {
    this.registry = context.registry
    this.work = new Work(key => this.reconcile(key), context)
    this.unsubscribe = this.registry.store.subscribe(change => this.seen(change))
  }

  stop(): void {
    this.unsubscribe()
    this.work.stop()
  }

  private seen(change: Change): void {
    const { resource, object } = change
    if (resource === 'jobs.batch') {
      if (change.type === 'DELETED') this.departed.delete(object.metadata.uid)
      else this.work.add(workKey(object.metadata))
      return
    }
    const owner = resource === 'pods' ? controllerOf(object) : undefined
    if (owner?.kind !== 'Job') return
    if (change.type === 'DELETED' && this.registry.store.find(owner.uid) !== undefined) {
      this.departed.set(owner.uid, [...(this.departed.get(owner.uid) ?? []), object as Pod])
    }
    this.work.add(`${object.metadata.namespace}/${owner.name}`)
  }

  private reconcile(key: string): void {
    const job = this.registry.store.get<Job>('jobs.batch', ...splitKey(key))
    if (job === undefined || job.metadata.deletionTimestamp !== undefined) return
    const finished = finishedCondition(job)
    if (finished !== undefined) {
      this.expire(job, finished.lastTransitionTime ?? this.registry.timestamp())
      return
    }
    const pods = this.podsOf(job)
    if (job.spec.suspend === true) {
      this.suspend(job, pods)
      return
    }
    if (job.status.startTime === undefined) {
      this.begin(job)
      return
    }
    const ended = [...(this.departed.get(job.metadata.uid) ?? []), ...pods.filter(isFinished)]
    const active = pods.filter(pod => !isFinished(pod))
    const outcome = interimOutcome(job) ?? outcomeOf(job, ended, this.registry.clock.now())
    if (outcome !== undefined) {
      this.conclude(job, outcome, active, ended)
      return
    }
    this.advance(job, active, ended)
  }

  private podsOf(job: Job): Pod[] {
    const pods = this.registry.store.list<Pod>('pods', job.metadata.namespace)
    return pods.filter(pod => controllerOf(pod)?.uid === job.metadata.uid)
  }

  private begin(job: Job): void {
    this.writeStatus(job, {
      ...job.status,
      startTime: this.registry.timestamp(),
      ...(isTrue(job, 'Suspended') ? { conditions: this.suspension(job, 'False') } : {}),
    })
  }

  private suspend(job: Job, pods: readonly Pod[]): void {
    for (const pod of pods) if (!isFinished(pod)) this.remove(pod)
    const { startTime: _, ...status } = job.status
    const conditions = this.suspension(job, 'True')
    this.writeStatus(job, { ...status, conditions, active: 0, ready: 0 })
  }

  private suspension(job: Job, status: 'True' | 'False'): JobStatus['conditions'] & {} {
    const text =
      status === 'True'
        ? { reason: 'JobSuspended', message: 'Job suspended' }
        : { reason: 'JobResumed', message: 'Job resumed' }
    return withCondition(job.status.conditions, { type: 'Suspended', status, ...text }, this.registry.timestamp())
  }

  private advance(job: Job, active: readonly Pod[], ended: readonly Pod[]): void {
    const { succeeded, failed } = tally(job, ended)
    const wanted = Math.min(job.spec.parallelism ?? 1, (job.spec.completions ?? 1) - succeeded)
    const running = active.filter(pod => pod.metadata.deletionTimestamp === undefined)
    const occupied = job.spec.podReplacementPolicy === 'Failed' ? active.length : running.length
    const wait = failed === 0 ? 0 : lastEnd(ended) + 10_000 * 2 ** Math.min(failed - 1, 5) - this.registry.clock.now()
    if (occupied < wanted && wait > 0) this.work.addAfter(workKey(job.metadata), wait)
    const created = occupied < wanted && wait <= 0 && this.createPod(job)
    const deadline = deadlineOf(job)
    if (Number.isFinite(deadline)) this.work.addAfter(workKey(job.metadata), deadline - this.registry.clock.now() + 5)
    this.writeStatus(job, { ...job.status, ...counts(job, active, ended, created ? 1 : 0) })
  }

  private createPod(job: Job): boolean {
    const { template } = job.spec
    const name = `${job.metadata.name.slice(0, 57)}-${this.registry.identifiers.suffix()}`
    const metadata = {
      name,
      generateName: `${job.metadata.name}-`,
      labels: template.metadata?.labels ?? {},
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ownerReferences: [ownedBy(job)],
    }
    const resource = this.registry.catalogue.require('pods')
    try {
      this.registry.create(resource, { metadata, spec: template.spec }, job.metadata.namespace)
    } catch (error) {
      const message = `Error creating: ${error instanceof Error ? error.message : String(error)}`
      recordEvent(this.registry, job, { type: 'Warning', reason: 'FailedCreate', message, component })
      this.work.addAfter(workKey(job.metadata), 2000)
      return false
    }
    const message = `Created pod: ${name}`
    recordEvent(this.registry, job, { type: 'Normal', reason: 'SuccessfulCreate', message, component })
    return true
  }

  /** The verdict is written first as interim condition, and as final one when no pod is left running. */
  private conclude(job: Job, outcome: Outcome, active: readonly Pod[], ended: readonly Pod[]): void {
    for (const pod of active) if (pod.metadata.deletionTimestamp === undefined) this.remove(pod)
    const left = this.podsOf(job).filter(pod => !isFinished(pod))
    const { type, reason, message } = outcome
    const interim = {
      type: type === 'Failed' ? 'FailureTarget' : 'SuccessCriteriaMet',
      status: 'True',
      reason,
      message,
    } as const
    const conditions = withCondition(job.status.conditions, interim, this.registry.timestamp())
    const status = { ...job.status, ...counts(job, left, ended, 0), conditions }
    if (left.length > 0) {
      this.writeStatus(job, status)
      return
    }
    const final = withCondition(conditions, { type, status: 'True', reason, message }, this.registry.timestamp())
    const completed = type === 'Complete' ? { completionTime: this.registry.timestamp() } : {}
    this.writeStatus(job, { ...status, ...completed, conditions: final })
    const event =
      type === 'Complete' ? ({ type: 'Normal', reason: 'Completed' } as const) : ({ type: 'Warning', reason } as const)
    recordEvent(this.registry, job, { ...event, message: type === 'Complete' ? 'Job completed' : message, component })
  }

  private expire(job: Job, since: string): void {
    const { ttlSecondsAfterFinished } = job.spec
    if (ttlSecondsAfterFinished === undefined) return
    const wait = Date.parse(since) + ttlSecondsAfterFinished * 1000 - this.registry.clock.now()
    if (wait > 0) this.work.addAfter(workKey(job.metadata), wait)
    else this.registry.discard('jobs.batch', job, { propagationPolicy: 'Foreground' })
  }

  private remove(pod: KubeObject): void {
    this.registry.discard('pods', pod)
  }

  private writeStatus(job: Job, status: JobStatus): void {
    this.registry.edit<Job>('jobs.batch', job, draft => {
      draft.status = status
    })
  }
}

function counts(job: Job, active: readonly Pod[], ended: readonly Pod[], created: number): JobStatus {
  const { succeeded, failed } = tally(job, ended)
  const terminating = active.filter(pod => pod.metadata.deletionTimestamp !== undefined).length
  return {
    active: active.length - terminating + created,
    ready: active.filter(pod => isTrue(pod, 'Ready')).length,
    terminating,
    ...(succeeded > 0 ? { succeeded } : {}),
    ...(failed > 0 ? { failed } : {}),
  }
}

function lastEnd(ended: readonly Pod[]): number {
  const times = ended.flatMap(pod =>
    (pod.status.containerStatuses ?? []).map(({ state }) => Date.parse(state.terminated?.finishedAt ?? '')),
  )
  return Math.max(0, ...times.filter(time => !Number.isNaN(time)))
}
