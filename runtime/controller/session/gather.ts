import { annotations } from '../../../lib/api/group.js'
import { notifyJobName } from '../../../lib/names.js'
import { ownHookProblems } from '../../../lib/notification/hook-problems.js'
import type { Problem } from '../../../lib/problem.js'
import { functionsHash, resolve } from '../../../lib/resolver.js'
import type { TaskSource } from '../../../lib/task-source.js'
import { isStale, passGate } from '../../../lib/template-gate.js'
import type { AnySubject } from '../../../lib/variables.js'
import type { KubeClient } from '../../kube/client.js'
import { EVENTS, JOBS } from '../../kube/resource.js'
import { type Caches, repositoryKey } from '../caches.js'
import type { DepartedPods } from '../departed-pods.js'
import { livePodOfJob, podOfJob } from '../job-pod.js'
import {
  CONFIGURATIONS,
  type ConfigurationObject,
  createdAt,
  isBackup,
  type JobObject,
  type PodObject,
  type RepositoryObject,
  type SessionObject,
} from '../objects.js'
import { nameOf, rivalsOf } from '../rival.js'
import type { Settings } from '../settings.js'
import { claimUserOf, storeActivity } from '../store-activity.js'
import { asksForLabels, isAllowed, labelsOf } from '../usage.js'
import { interimClaimNameOf } from './job.js'
import type { SessionObserved, TemplateVerdict } from './observed.js'
import { owesNotifications } from './owed-notifications.js'
import { isFinished, verdictOf } from './pod-verdict.js'
import { hasBegun, hasEnded, statusOf } from './session-status.js'

export interface Sources {
  readonly client: KubeClient
  readonly caches: Caches
  readonly departed: DepartedPods
  readonly settings: Settings
}

/** All reads of one decision. What the decision could not undo is read live: a cache may lag. */
export async function gather(session: SessionObject, sources: Sources, now: Date): Promise<SessionObserved> {
  const { caches, settings } = sources
  const namespace = session.metadata.namespace ?? ''
  const configuration = await configurationOf(session, sources)
  const spec = isBackup(session) ? configuration?.spec : session.spec
  const [repositoryNamespace = '', repositoryName = ''] =
    spec === undefined ? [] : repositoryKey(spec, namespace).split('/')
  const repository = spec === undefined ? undefined : caches.repositories.get(repositoryName, repositoryNamespace)
  const subject = repository === undefined ? undefined : subjectOf(session, configuration, repository, settings)
  const claim = subject === undefined ? undefined : caches.claims.get(subject.spec.target.ref.name, namespace)
  const ended = hasEnded(session)
  const jobs = await jobsOf(session, sources, now)
  const decides = !hasBegun(session) || statusOf(session).nextRetry !== undefined
  const crossing = repository !== undefined && asksForLabels(repository, namespace) && !ended
  return {
    now,
    settings,
    session,
    configuration,
    repository,
    namespaceLabels:
      crossing && (decides || mayNeedJob(session, jobs, now)) ? await labelsOf(namespace, sources.client) : {},
    subject,
    template:
      subject !== undefined && (decides || isJobMissing(session, jobs.job)) && !ended
        ? templateVerdict(subject, configuration, sources)
        : undefined,
    claim,
    interimClaim: interimOf(session, subject, caches),
    ...jobs,
    podRefusal: await podRefusal(jobs, sources.client, now),
    siblings: isBackup(session) ? siblingsOf(session, caches) : [],
    store:
      decides && !ended
        ? storeActivity(session, repository, caches, now)
        : { active: [], olderWaiting: 0, maintaining: false },
    claimUser:
      subject === undefined || ended || !decides
        ? undefined
        : claimUserOf(session, subject.spec.target.ref.name, caches),
    rival: hasBegun(session) ? undefined : await allowedRival(configuration, repository, sources),
  }
}

// Git applies many objects at once, and the session’s event may come before the one of its configuration.
async function configurationOf(session: SessionObject, { caches, client }: Sources) {
  if (!isBackup(session)) return undefined
  const { namespace = '' } = session.metadata
  const { name } = session.spec.invoker
  const cached = caches.configurations.get(name, namespace)
  if (cached !== undefined || hasEnded(session)) return cached
  const found = await client.tryGet<ConfigurationObject>(CONFIGURATIONS, name, namespace)
  if (found !== undefined) caches.configurations.observe(found)
  // As the cache keeps it, which bounds what it keeps.
  return caches.configurations.get(name, namespace) ?? found
}

function subjectOf(
  session: SessionObject,
  configuration: ConfigurationObject | undefined,
  repository: RepositoryObject,
  settings: Settings,
): AnySubject | undefined {
  const common = {
    namespace: session.metadata.namespace ?? '',
    repository: {
      name: repository.metadata.name,
      namespace: repository.metadata.namespace ?? '',
      spec: repository.spec,
    },
    image: settings.image,
  }
  if (!isBackup(session)) return { ...common, kind: 'RestoreSession', name: session.metadata.name, spec: session.spec }
  return configuration === undefined
    ? undefined
    : { ...common, kind: 'BackupConfiguration', name: configuration.metadata.name, spec: configuration.spec }
}

/** The committed template if it may run, else the resolver’s own; or why neither can. */
function templateVerdict(
  subject: AnySubject,
  configuration: ConfigurationObject | undefined,
  { caches, settings }: Sources,
): TemplateVerdict {
  const committed = configuration?.spec.jobTemplate
  if (committed !== undefined && isStale(committed, subject)) {
    const object = `BackupConfiguration ${subject.namespace}/${subject.name}`
    const message =
      'was made from other fields of the configuration or its Repository; synthesize again, and commit both'
    return {
      ok: false,
      reason: 'TemplateStale',
      problems: [{ code: 'HF4003', object, path: 'spec.jobTemplate', message }],
    }
  }
  const source = taskSource(subject, caches)
  if ('problem' in source) return { ok: false, reason: 'TaskNotFound', problems: [source.problem] }
  const fresh = resolve(subject, source)
  if (committed === undefined) {
    const problems = [...handwritten(subject), ...(fresh.ok ? [] : fresh.problems)]
    if (fresh.ok && problems.length === 0)
      return { ok: true, template: fresh.template, functionsChanged: false, committed: false }
    return { ok: false, reason: whyUnresolved(problems), problems }
  }
  const gate = passGate(committed, {
    subject,
    fresh: fresh.ok ? fresh.template : undefined,
    trustedImages: [settings.image, ...settings.trustedImages],
  })
  if (!gate.ok) {
    // What a Task allows is unknown while one of its Functions is missing: git applies many objects at once.
    if (!fresh.ok && whyUnresolved(fresh.problems) === 'TaskNotFound')
      return { ok: false, reason: 'TaskNotFound', problems: fresh.problems }
    const images = gate.problems.every(problem => problem.code === 'HF4002')
    return { ok: false, reason: images ? 'ImageNotTrusted' : 'TemplateRejected', problems: gate.problems }
  }
  const functionsChanged = gate.template.metadata.annotations[annotations.functionsHash] !== functionsHash(source)
  return { ok: true, template: gate.template, functionsChanged, committed: true }
}

// Who wrote no template has not asked the compiler, which refuses these hooks too.
const handwritten = ({ kind, namespace, name, spec }: AnySubject): Problem[] =>
  ownHookProblems(spec.hooks, `${kind} ${namespace}/${name}`)

function whyUnresolved(
  problems: readonly Problem[],
): 'TaskNotFound' | 'SecretNameRequired' | 'TaskInvalid' | 'InvalidSpec' {
  if (problems.some(problem => problem.code === 'HF2001')) return 'TaskNotFound'
  if (problems.some(problem => problem.path.startsWith('spec.hooks.'))) return 'InvalidSpec'
  return problems.some(problem => problem.path === 'spec.repository.secretName') ? 'SecretNameRequired' : 'TaskInvalid'
}

function taskSource(subject: AnySubject, caches: Caches): TaskSource | { problem: Problem } {
  const name = subject.spec.task?.name ?? (subject.kind === 'BackupConfiguration' ? 'pvc-backup' : 'pvc-restore')
  const task = caches.tasks.get(name)
  if (task === undefined) {
    const object = `${subject.kind} ${subject.namespace}/${subject.name}`
    return {
      problem: {
        code: 'HF2001',
        object,
        path: 'spec.task.name',
        message: `there is no Task '${name}'; apply it, or correct the name`,
      },
    }
  }
  const functions = Object.fromEntries(
    task.spec.steps.flatMap(step => {
      const found = caches.functions.get(step.name)
      return found === undefined ? [] : [[step.name, found.spec]]
    }),
  )
  return { name, spec: task.spec, functions }
}

function siblingsOf(session: SessionObject, caches: Caches): SessionObject[] {
  if (!isBackup(session)) return []
  const key = `${session.metadata.namespace ?? ''}/${session.spec.invoker.name}`
  return caches.backups
    .byIndex('configuration', key)
    .filter(each => each.metadata.uid !== session.metadata.uid && each.metadata.deletionTimestamp === undefined)
}

interface JobAndPod {
  readonly job?: JobObject | undefined
  readonly pod?: PodObject | undefined
}

/** How long a pod takes to start before anybody doubts it. */
const usualStart = 60_000
const isLate = (job: JobObject, pod: PodObject | undefined, now: Date) =>
  verdictOf(job, pod).state === 'starting' && now.getTime() - createdAt(job).getTime() >= usualStart

async function jobsOf(session: SessionObject, sources: Sources, now: Date) {
  const { jobName, jobUID, finishJobName, nextRetry, phase } = statusOf(session)
  const namespace = session.metadata.namespace ?? ''
  const read = async (name: string | undefined, expected: boolean, uid?: string): Promise<JobAndPod> => {
    if (name === undefined) return {}
    const cached = sources.caches.jobs.get(name, namespace)
    // "It is gone" cannot be taken back, so it is asked of the API server itself.
    const job = cached ?? (expected ? await sources.client.tryGet<JobObject>(JOBS, name, namespace) : undefined)
    const seen = await podOfJob(job, namespace, name, sources, job?.metadata.uid ?? uid)
    // Neither can be taken back that a pod is given up which does not start.
    const doubtful = expected && job !== undefined && isLate(job, seen, now)
    const pod = doubtful ? await livePodOfJob(namespace, name, sources.client, job.metadata.uid) : seen
    return { ...(job === undefined ? {} : { job }), ...(pod === undefined ? {} : { pod }) }
  }
  const follows = phase === 'Running' && nextRetry === undefined
  const own = await read(jobName, follows && (jobUID !== undefined || finishJobName === undefined), jobUID)
  const finish = await read(finishJobName, follows)
  const owes = owesNotifications(session)
  const notify = await read(owes ? notifyJobName(session.metadata.name, session.metadata.uid ?? '') : undefined, owes)
  return {
    ...{ job: own.job, pod: own.pod, finishJob: finish.job, finishPod: finish.pod },
    ...{ notifyJob: notify.job, notifyPod: notify.pod },
  }
}

// The status names a Job that was never made: it is made from the template now.
const isJobMissing = (session: SessionObject, job: JobObject | undefined) =>
  job === undefined && statusOf(session).jobUID === undefined

// Before a Job is made again, or one that finds out what was stored, the Repository is asked once more.
function mayNeedJob(session: SessionObject, { job, pod }: JobAndPod, now: Date): boolean {
  const deadline = Date.parse(statusOf(session).sessionDeadline ?? '')
  return job === undefined || !(now.getTime() < deadline) || verdictOf(job, pod).state === 'ended'
}

async function allowedRival(
  configuration: ConfigurationObject | undefined,
  repository: RepositoryObject | undefined,
  { caches, client }: Sources,
): Promise<string | undefined> {
  if (configuration === undefined || repository === undefined) return undefined
  for (const rival of rivalsOf(configuration, repository, caches))
    if (await isAllowed(repository, rival.metadata.namespace ?? '', client)) return nameOf(rival)
  return undefined
}

// A pod that admission or a quota refuses never exists; only an event on its Job says why.
async function podRefusal(
  { job, pod }: { job?: JobObject | undefined; pod?: PodObject | undefined },
  client: KubeClient,
  now: Date,
): Promise<string | undefined> {
  if (job === undefined || pod !== undefined || isFinished(job) || now.getTime() - createdAt(job).getTime() < 1500)
    return undefined
  const fieldSelector = `involvedObject.uid=${job.metadata.uid},reason=FailedCreate`
  const { items } = await client.list(EVENTS, { namespace: job.metadata.namespace, fieldSelector })
  const message = items.at(-1)?.['message']
  return typeof message === 'string' ? message : undefined
}

function interimOf(session: SessionObject, subject: AnySubject | undefined, caches: Caches) {
  const template = subject?.spec.interimVolumeTemplate
  return template === undefined
    ? undefined
    : caches.claims.get(interimClaimNameOf(session, template), session.metadata.namespace ?? '')
}
