import { annotations } from '../../../lib/api/group.js'
import { hostOf } from '../../../lib/identity.js'
import type { Problem } from '../../../lib/problem.js'
import { functionsHash, resolve } from '../../../lib/resolver.js'
import type { TaskSource } from '../../../lib/task-source.js'
import { isStale, passGate } from '../../../lib/template-gate.js'
import { type AnySubject, targetPaths } from '../../../lib/variables.js'
import type { KubeClient } from '../../kube/client.js'
import { EVENTS, JOBS, NAMESPACES, PODS } from '../../kube/resource.js'
import { type Caches, repositoryKey } from '../caches.js'
import type { DepartedPods } from '../departed-pods.js'
import { podOfJob } from '../job-pod.js'
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
import type { Settings } from '../settings.js'
import { claimUserOf, storeActivity } from '../store-activity.js'
import { interimClaimNameOf } from './job.js'
import type { SessionObserved, TemplateVerdict } from './observed.js'
import { needsPlacement } from './placement.js'
import { isFinished } from './pod-verdict.js'
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
  const jobs = await jobsOf(session, sources)
  const crossing = repository !== undefined && repositoryNamespace !== namespace && !ended && !hasBegun(session)
  return {
    now,
    settings,
    session,
    configuration,
    repository,
    namespaceLabels: crossing ? ((await sources.client.tryGet(NAMESPACES, namespace))?.metadata.labels ?? {}) : {},
    subject,
    template: subject === undefined || ended ? undefined : templateVerdict(subject, configuration, sources),
    claim,
    interimClaim: interimOf(session, subject, caches),
    ...jobs,
    podRefusal: await podRefusal(jobs, sources.client, now),
    siblings: isBackup(session) ? siblingsOf(session, caches) : [],
    store: ended
      ? { active: [], olderWaiting: 0, maintaining: false }
      : storeActivity(session, repository, caches, now),
    claimUser: subject === undefined || ended ? undefined : claimUserOf(session, subject.spec.target.ref.name, caches),
    rival: configuration === undefined || hasBegun(session) ? undefined : rivalOf(configuration, repository, caches),
    node: ended || hasBegun(session) ? undefined : await nodeOf(claim, sources.client),
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
  return found
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
    if (fresh.ok) return { ok: true, template: fresh.template, functionsChanged: false, committed: false }
    return { ok: false, reason: whyUnresolved(fresh.problems), problems: fresh.problems }
  }
  const gate = passGate(committed, {
    subject,
    fresh: fresh.ok ? fresh.template : undefined,
    trustedImages: [settings.image, ...settings.trustedImages],
  })
  if (!gate.ok) {
    const images = gate.problems.every(problem => problem.code === 'HF4002')
    return { ok: false, reason: images ? 'ImageNotTrusted' : 'TemplateRejected', problems: gate.problems }
  }
  const functionsChanged = gate.template.metadata.annotations[annotations.functionsHash] !== functionsHash(source)
  return { ok: true, template: gate.template, functionsChanged, committed: true }
}

function whyUnresolved(problems: readonly Problem[]): 'TaskNotFound' | 'SecretNameRequired' | 'TaskInvalid' {
  if (problems.some(problem => problem.code === 'HF2001')) return 'TaskNotFound'
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

async function jobsOf(session: SessionObject, sources: Sources) {
  const { jobName, jobUID, finishJobName, nextRetry, phase } = statusOf(session)
  const namespace = session.metadata.namespace ?? ''
  const read = async (name: string | undefined, expected: boolean): Promise<{ job?: JobObject; pod?: PodObject }> => {
    if (name === undefined) return {}
    const cached = sources.caches.jobs.get(name, namespace)
    // "It is gone" cannot be taken back, so it is asked of the API server itself.
    const job = cached ?? (expected ? await sources.client.tryGet<JobObject>(JOBS, name, namespace) : undefined)
    const pod = await podOfJob(job, namespace, name, sources)
    return { ...(job === undefined ? {} : { job }), ...(pod === undefined ? {} : { pod }) }
  }
  const follows = phase === 'Running' && nextRetry === undefined
  const own = await read(jobName, follows && (jobUID !== undefined || finishJobName === undefined))
  const finish = await read(finishJobName, follows)
  return { job: own.job, pod: own.pod, finishJob: finish.job, finishPod: finish.pod }
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

export function rivalOf(
  configuration: ConfigurationObject,
  repository: RepositoryObject | undefined,
  caches: Caches,
): string | undefined {
  if (repository === undefined) return undefined
  const identity = (each: ConfigurationObject) =>
    hostOf(each.spec.target, each.metadata.namespace ?? '', repository.spec.clusterName)
  const paths = new Set(targetPaths(configuration.spec.target))
  const rival = caches.configurations
    .byIndex('repository', repositoryKey(configuration.spec, configuration.metadata.namespace))
    .filter(each => each.metadata.uid !== configuration.metadata.uid && identity(each) === identity(configuration))
    .filter(each => targetPaths(each.spec.target).some(path => paths.has(path)))
    .find(each => cameFirst(each, configuration))
  return rival === undefined ? undefined : `${rival.metadata.namespace}/${rival.metadata.name}`
}

function cameFirst(one: ConfigurationObject, other: ConfigurationObject): boolean {
  const difference = createdAt(one).getTime() - createdAt(other).getTime()
  return (
    difference < 0 ||
    (difference === 0 &&
      `${one.metadata.namespace}/${one.metadata.name}` < `${other.metadata.namespace}/${other.metadata.name}`)
  )
}

async function nodeOf(claim: SessionObserved['claim'], client: KubeClient): Promise<string | undefined> {
  if (claim === undefined || !needsPlacement(claim.spec?.accessModes)) return undefined
  const { items } = await client.list<PodObject>(PODS, {
    namespace: claim.metadata.namespace,
    fieldSelector: 'status.phase=Running',
  })
  const user = items.find(pod =>
    JSON.stringify(pod.spec ?? {}).includes(`"claimName":${JSON.stringify(claim.metadata.name)}`),
  )
  return user?.spec?.nodeName
}
