import { annotations, apiVersion, labels, managedBy } from '../../lib/api/group.js'
import type { InterimVolumeTemplate } from '../../lib/api/mover.js'
import { builtInFunctions, builtInTasks } from '../../lib/built-ins.js'
import type { StepReport } from '../../lib/report.js'
import type {
  FunctionObject,
  JobObject,
  PodObject,
  RepositoryObject,
  SessionObject,
  TaskObject,
} from '../../runtime/controller/objects.js'
import { interimClaimNameOf } from '../../runtime/controller/session/job.js'
import {
  at,
  backupSession,
  begun,
  configuration,
  job,
  repository,
  restoreSession,
} from '../runtime/controller/observation.js'
import type { World } from './world.js'

/** The specs of a fixture; what is not given is small and valid. */
export interface Specs {
  readonly Repository?: RepositoryObject['spec']
  readonly BackupConfiguration?: ReturnType<typeof configuration>['spec']
  readonly BackupSession?: ReturnType<typeof backupSession>['spec']
  readonly RestoreSession?: ReturnType<typeof restoreSession>['spec']
  readonly Function?: FunctionObject['spec']
  readonly Task?: TaskObject['spec']
  /** The Repository lies in another namespace than its users. */
  readonly crossing?: boolean
}

const named = (kind: string, specs: Readonly<Record<string, unknown>>) =>
  Object.entries(specs).map(([name, spec]) => ({ apiVersion, kind, metadata: { name }, spec }))
const failed: StepReport = { holdfast: 1, step: 'update-status', outcome: 'Failed', reason: 'ResticFailed' }
const maintained: StepReport = { holdfast: 1, step: 'maintain', outcome: 'Succeeded', maintenance: { forgotten: [] } }
const known = { id: 'f'.repeat(64), firstBackupTime: at(-90_000), lastBackupTime: at(-7200) }
const recently = { ...known, lastForgetTime: at(-7800), lastCheckTime: at(-86_400), lastPruneTime: at(-86_400) }
const lastSuccessfulTime = at(-7200)

/** The moments in the life of a policy at which its fields are read. */
export function momentsOf(specs: Specs): World[] {
  const waiting = withSpec(backupSession(), specs.BackupSession)
  const restore = withSpec(restoreSession(), specs.RestoreSession)
  const running = (attempt: number) => withSpec(backupSession(begun({ attempt })), specs.BackupSession)
  const ended = { jobs: [job({}, ['Failed'])], pods: [pod('job-1', failed)] }
  const gone = { jobs: [job({}, ['Failed'])] }
  const { apiVersion, kind, metadata } = restore
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '' }
  const goneOfRestore = { jobs: [job({ ownerReferences: [owner] }, ['Failed'])] }
  const lost = (object: SessionObject): SessionObject => ({ ...object, status: begun() }) as SessionObject
  return [
    during(specs, known, [waiting]),
    { ...during(specs, known, [waiting]), claims: interimOf(waiting, specs.BackupConfiguration) },
    during(specs, known, [restore]),
    { ...during(specs, known, [restore]), claims: interimOf(restore, specs.RestoreSession) },
    during(specs, known, [waiting, ...others(specs)]),
    { ...during(specs, known, [running(1)]), ...ended },
    { ...during(specs, known, [running(2)]), ...ended },
    { ...during(specs, known, [running(1)]), ...gone },
    { ...during(specs, known, [lost(restore)]), ...goneOfRestore },
    during(specs, recently, history(8)),
    during(specs, known, history(1)),
    { ...during(specs, known, history(1)), jobs: [maintainJob(specs)], pods: [pod('upkeep', maintained)] },
  ]
}

type Interim = { interimVolumeTemplate?: InterimVolumeTemplate | undefined } | undefined

const interimOf = (session: SessionObject, spec: Interim): string[] =>
  spec?.interimVolumeTemplate === undefined ? [] : [interimClaimNameOf(session, spec.interimVolumeTemplate)]

function withSpec<T extends SessionObject>(session: T, spec: unknown): T {
  return spec === undefined ? session : { ...session, spec }
}

function during(specs: Specs, status: RepositoryObject['status'], sessions: readonly SessionObject[]): World {
  const store = repository(specs.Repository, status, { namespace: home(specs) })
  const policy = configuration(specs.BackupConfiguration, {
    lastSuccessfulTime,
    conditions: [
      { type: 'Paused', status: 'False', lastTransitionTime: at(-864_000), reason: 'Running', message: 'it runs' },
    ],
  })
  return {
    repositories: [store],
    configurations: [policy],
    sessions,
    functions: named('Function', {
      ...builtInFunctions,
      dump: specs.Function ?? { image: 'dump:1' },
    }) as FunctionObject[],
    tasks: named('Task', {
      ...builtInTasks,
      dump: specs.Task ?? { steps: [{ name: 'dump' }, ...(builtInTasks['pvc-backup']?.steps.slice(1) ?? [])] },
    }) as TaskObject[],
  }
}

const home = (specs: Specs) => (specs.crossing === true ? 'vault' : 'shop')

function others(specs: Specs): SessionObject[] {
  const ref = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'elsewhere' } as const
  return [1, 2, 3].map(number =>
    restoreSession(
      {
        target: { ref, rules: [{ snapshots: ['latest'] }] },
        repository: { name: 'store', namespace: home(specs), secretName: 'keys' },
      },
      begun({ jobName: `other-${number}` }),
      { name: `other-${number}`, uid: `other-${number}` },
    ),
  )
}

function history(count: number): SessionObject[] {
  return Array.from({ length: count }, (_, index) =>
    backupSession(
      { phase: 'Succeeded', completionTime: at(-7200 - index * 60) },
      {
        name: `old-${index}`,
        uid: `old-${index}`,
        creationTimestamp: at(-7300 - index * 60),
        annotations: { [annotations.scheduledAt]: at(-7300) },
      },
    ),
  )
}

function pod(name: string, report: StepReport): PodObject {
  const message = JSON.stringify(report)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      labels: { 'batch.kubernetes.io/job-name': name },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid: 'job-uid' }],
    },
    status: {
      phase: 'Failed',
      containerStatuses: [
        {
          name: report.step === 'maintain' ? 'maintain' : `${report.step}-0`,
          state: { terminated: { exitCode: 1, message } },
        },
      ],
    },
  }
}

function maintainJob(specs: Specs): JobObject {
  const owner = { apiVersion, kind: 'Repository', name: 'store', uid: 'repository-uid' }
  const own = { [labels.managedBy]: managedBy, [labels.job]: 'maintain' }
  return job({ name: 'upkeep', namespace: home(specs), labels: own, ownerReferences: [owner] }, ['Complete'])
}
