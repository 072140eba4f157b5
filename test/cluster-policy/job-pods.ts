import type { Resources } from '../../lib/api/resources.js'
import type { RuntimeSettings } from '../../lib/api/runtime-settings.js'
import type { PodSpec } from '../../lib/pod.js'
import type { RepositoryObject } from '../../runtime/controller/objects.js'
import { maintainJob, unlockJob } from '../../runtime/controller/repository/maintain-job.js'
import { finishJob } from '../../runtime/controller/session/finish-job.js'
import { sessionJob } from '../../runtime/controller/session/job.js'
import { notifyJob } from '../../runtime/controller/session/notify-job.js'
import {
  backupSession,
  begun,
  configuration,
  job,
  observe,
  repository,
  settings,
} from '../runtime/controller/observation.js'

type PodName = 'backup' | 'finish' | 'maintain' | 'check' | 'unlock' | 'notify'

interface Asked {
  /** Of the policy. */
  readonly runtimeSettings?: RuntimeSettings
  /** Of the Repository’s maintenance. */
  readonly maintenance?: Resources
  readonly backend?: RepositoryObject['spec']['backend']
}

const hooks = {
  preBackup: { exec: { command: ['true'] } },
  postBackup: { httpGet: { host: 'example.com', port: 80, path: '/' } },
  notifications: [{ name: 'chat', on: ['Started' as const], httpPost: { host: 'chat.example.com', port: 443 } }],
}

interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> }
  readonly spec: PodSpec
}

/** The pod of every sort of Job that the controller makes for one policy with hooks, by its real builders. */
export function podTemplates({ runtimeSettings, maintenance, backend }: Asked): Record<PodName, PodTemplate> {
  const policy = configuration({ hooks, ...(runtimeSettings === undefined ? {} : { runtimeSettings }) })
  const store = repository({
    ...(maintenance === undefined ? {} : { maintenance: { resources: maintenance } }),
    ...(backend === undefined ? {} : { backend }),
  })
  const observed = observe({ session: backupSession(begun()), configuration: policy, repository: store })
  const { subject, template } = observed
  if (subject === undefined || template?.ok !== true) throw new Error(JSON.stringify(template))
  const cause = { reason: 'StepFailed' as const, message: 'killed' }
  const work = { forget: [policy], check: false, prune: false, policies: [policy] }
  const pod = (made: object) => (made as { readonly spec: { readonly template: PodTemplate } }).spec.template
  return {
    backup: pod(sessionJob(observed, template.template, 1, 'backup')),
    finish: pod(finishJob(observed, subject, 'finish', { cause, reports: [] })),
    maintain: pod(maintainJob(store, 'maintain', work, settings)),
    check: pod(maintainJob(store, 'check', { ...work, forget: [], check: true }, settings)),
    notify: pod(notifyJob(observed, 'notify', [])),
    unlock: pod(unlockJob(store, job(), 'dead-x7k2p', [policy], settings)),
  }
}

/** The same without labels. */
export function jobPods(asked: Asked): Record<PodName, PodSpec> {
  const { backup, finish, maintain, check, unlock, notify } = podTemplates(asked)
  return {
    backup: backup.spec,
    finish: finish.spec,
    maintain: maintain.spec,
    check: check.spec,
    unlock: unlock.spec,
    notify: notify.spec,
  }
}

/** Every container of a pod. */
export const containersOf = ({ initContainers = [], containers }: PodSpec) => [...initContainers, ...containers]
