import { Cron } from 'croner'
import { ApiError } from '../api/api-error.js'
import { type CronJob, controllerOf, type Job, ownedBy } from '../api/kinds.js'
import { timestamp } from '../api/object.js'
import type { Registry } from '../api/registry.js'
import type { Change } from '../api/store.js'
import type { Controller, ControllerContext } from './controller.js'
import { recordEvent } from './event.js'
import { finishedCondition } from './job-outcome.js'
import { splitKey, Work, workKey } from './work.js'

const component = 'cronjob-controller'

/** Starts the Jobs of CronJobs at their minutes. */
export class CronJobController implements Controller {
  private readonly registry: Registry
  private readonly work: Work
  private readonly unsubscribe: () => void

  constructor(context: ControllerContext) {
    this.registry = context.registry
    this.work = new Work(key => this.reconcile(key), context)
    this.unsubscribe = this.registry.store.subscribe(change => this.seen(change))
  }

  stop(): void {
    this.unsubscribe()
    this.work.stop()
  }

  /** Starts the Job of a minute now, suspended or not; answers its name. Throws 409 when it has run. */
  fire(cronJob: CronJob, minute = new Date(Math.floor(this.registry.clock.now() / 60_000) * 60_000)): string {
    return this.start(cronJob, minute)
  }

  private seen(change: Change): void {
    if (change.resource === 'cronjobs.batch' && change.type !== 'DELETED') {
      this.work.add(workKey(change.object.metadata))
    } else if (change.resource === 'jobs.batch') {
      const owner = controllerOf(change.object)
      if (owner?.kind === 'CronJob') this.work.add(`${change.object.metadata.namespace}/${owner.name}`)
    }
  }

  private reconcile(key: string): void {
    const cronJob = this.registry.store.get<CronJob>('cronjobs.batch', ...splitKey(key))
    if (cronJob === undefined || cronJob.metadata.deletionTimestamp !== undefined) return
    const jobs = this.jobsOf(cronJob)
    this.tidy(cronJob, jobs)
    this.writeActive(cronJob, jobs)
    const clock = this.clockOf(cronJob)
    if (clock === undefined || cronJob.spec.suspend === true) return
    const now = this.registry.clock.now()
    const next = clock.nextRun(new Date(now))
    if (next !== null) this.work.addAfter(key, Math.min(next.getTime() - now + 20, 3_600_000))
    const due = dueTime(clock, cronJob, now)
    if (due !== undefined) this.startDue(cronJob, due, jobs)
  }

  private clockOf(cronJob: CronJob): Cron | undefined {
    try {
      return new Cron(cronJob.spec.schedule, { paused: true, timezone: cronJob.spec.timeZone ?? 'UTC' })
    } catch (error) {
      const message = `unparseable schedule: ${JSON.stringify(cronJob.spec.schedule)} : ${String(error)}`
      recordEvent(this.registry, cronJob, { type: 'Warning', reason: 'UnparseableSchedule', message, component })
      return undefined
    }
  }

  private startDue(cronJob: CronJob, due: Date, jobs: readonly Job[]): void {
    const active = jobs.filter(job => finishedCondition(job) === undefined)
    if (active.length > 0 && cronJob.spec.concurrencyPolicy === 'Forbid') {
      const message = 'Not starting job because prior execution is running and concurrency policy is Forbid'
      recordEvent(this.registry, cronJob, { type: 'Normal', reason: 'JobAlreadyActive', message, component })
      return
    }
    if (cronJob.spec.concurrencyPolicy === 'Replace') for (const job of active) this.registry.discard('jobs.batch', job)
    try {
      this.start(cronJob, due)
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error
    }
  }

  private start(cronJob: CronJob, at: Date): string {
    const { jobTemplate } = cronJob.spec
    const name = `${cronJob.metadata.name}-${Math.floor(at.getTime() / 60_000)}`
    const scheduled = { 'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(at) }
    const metadata = {
      name,
      labels: jobTemplate.metadata?.labels ?? {},
      annotations: { ...jobTemplate.metadata?.annotations, ...scheduled },
      ownerReferences: [ownedBy(cronJob)],
    }
    const resource = this.registry.catalogue.require('jobs.batch')
    this.registry.create(resource, { metadata, spec: jobTemplate.spec }, cronJob.metadata.namespace)
    this.registry.edit<CronJob>('cronjobs.batch', cronJob, draft => {
      draft.status = { ...draft.status, lastScheduleTime: timestamp(at) }
    })
    const message = `Created job ${name}`
    recordEvent(this.registry, cronJob, { type: 'Normal', reason: 'SuccessfulCreate', message, component })
    return name
  }

  private jobsOf(cronJob: CronJob): Job[] {
    const jobs = this.registry.store.list<Job>('jobs.batch', cronJob.metadata.namespace)
    return jobs.filter(job => controllerOf(job)?.uid === cronJob.metadata.uid)
  }

  private writeActive(cronJob: CronJob, jobs: readonly Job[]): void {
    const running = jobs.filter(job => finishedCondition(job) === undefined)
    const active = running.map(({ apiVersion, kind, metadata: { name, namespace, uid } }) => {
      return { apiVersion, kind, name, namespace, uid }
    })
    const ends = jobs.flatMap(job => job.status.completionTime ?? []).sort()
    const lastSuccessfulTime = ends.at(-1) ?? cronJob.status.lastSuccessfulTime
    this.registry.edit<CronJob>('cronjobs.batch', cronJob, draft => {
      const { active: _, ...rest } = draft.status
      draft.status = {
        ...rest,
        ...(active.length > 0 ? { active } : {}),
        ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
      }
    })
  }

  private tidy(cronJob: CronJob, jobs: readonly Job[]): void {
    const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = cronJob.spec
    for (const [type, limit] of [
      ['Complete', successfulJobsHistoryLimit],
      ['Failed', failedJobsHistoryLimit],
    ] as const) {
      const ended = jobs.filter(job => finishedCondition(job)?.type === type).sort(byStart)
      for (const job of ended.slice(0, Math.max(0, ended.length - limit))) this.registry.discard('jobs.batch', job)
    }
  }
}

function byStart(a: Job, b: Job): number {
  return Date.parse(a.status.startTime ?? '') - Date.parse(b.status.startTime ?? '')
}

/** The newest minute that is due and was not started; a missed one is started once, within the starting deadline. */
function dueTime(clock: Cron, cronJob: CronJob, now: number): Date | undefined {
  const { startingDeadlineSeconds } = cronJob.spec
  const last = Date.parse(cronJob.status.lastScheduleTime ?? cronJob.metadata.creationTimestamp)
  const earliest = startingDeadlineSeconds === undefined ? last : Math.max(last, now - startingDeadlineSeconds * 1000)
  // A minute that begins at this very millisecond is due as well.
  const [due] = clock.previousRuns(1, new Date(now + 1))
  return due !== undefined && due.getTime() > earliest ? due : undefined
}
