import { expect, test } from '@jest/globals'
import { apiVersion } from '../../../lib/api/group.js'
import { kinds } from '../../../lib/api/kinds.js'
import { argoHealthScripts, argoHealthSettings } from '../../../lib/gitops/argocd-health.js'
import { decideConfiguration } from '../../../runtime/controller/configuration/decide.js'
import { decideRepository } from '../../../runtime/controller/repository/decide.js'
import type { SessionObserved } from '../../../runtime/controller/session/observed.js'
import { decide } from '../../../runtime/controller/session/reconciler.js'
import type { KubeObject } from '../../../runtime/kube/object.js'
import {
  at,
  backupSession,
  begun,
  configuration,
  job,
  now,
  observe,
  repository,
  restoreSession,
  scheduled,
  settings,
} from '../../runtime/controller/observation.js'
import { pod, reported, running } from '../../runtime/controller/pod-fixture.js'
import { ask } from './engines.js'

type Argo = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended'
type Flux = 'Current' | 'InProgress' | 'Failed' | 'Terminating'

const { claim } = observe()
const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'data-trigger', namespace: 'shop' } }
const objective = { recoveryPointObjective: '26h' }

/** A policy as the controller leaves it. */
function policy(
  seen: { spec?: object; sessions?: ReturnType<typeof backupSession>[]; without?: 'repository'; age?: number } = {},
): KubeObject {
  const own = configuration(seen.spec ?? {}, undefined, { creationTimestamp: at(-(seen.age ?? 60)) })
  const { status } = decideConfiguration({
    now,
    configuration: own,
    repository: seen.without === 'repository' ? undefined : repository(),
    claim,
    cronJob,
    sessions: seen.sessions ?? [],
  })
  return { ...own, status }
}

function session(seen: Partial<SessionObserved>): KubeObject {
  const observed = observe(seen)
  return { ...observed.session, status: decide(observed).status }
}

function store(status: object, report?: object): KubeObject {
  const own = repository({}, { id: 'f'.repeat(64), ...status }, { generation: 1 })
  const ended = { ...job(), status: { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: at(-5) }] } }
  const maintained =
    report === undefined
      ? {}
      : { job: ended, pod: pod('Succeeded', [reported({ step: 'maintain', outcome: 'Succeeded', ...report })]) }
  const decision = decideRepository({
    now,
    settings,
    repository: own,
    configurations: [],
    activeSessions: 0,
    otherMaintaining: false,
    ...maintained,
  })
  return { ...own, status: decision.status }
}

const id = 'a'.repeat(64)
const snapshot = { id, path: '/holdfast-data', totalBytes: 1, uploadedBytes: 1, seconds: 1, files: {} }
const good = reported({ step: 'update-status', outcome: 'Succeeded', confirmed: true, snapshots: [snapshot] })
const restored = { id, path: '/holdfast-data', files: 1, bytes: 1 }
const ofRestore = { apiVersion, kind: 'RestoreSession', name: 'back', uid: 'restore-uid' }
const stale = { ok: false, reason: 'TemplateStale', problems: [] } as const
const late = backupSession({}, { creationTimestamp: at(-700) })
const succeeded = backupSession({ phase: 'Succeeded', attempt: 1, completionTime: at(-30) })
const failed = backupSession({ phase: 'Failed', attempt: 1, completionTime: at(-30) })
const leaving = { deletionTimestamp: at(-1), finalizers: ['example.dev/held'] }
const withoutStatus = (kind: string, metadata = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'own', generation: 1, ...metadata },
  spec: {},
})

const rows: readonly [string, KubeObject, Argo, Flux][] = [
  ['a policy that waits for its first backup', policy(), 'Healthy', 'Current'],
  ['a policy whose newest backup is good', policy({ sessions: [succeeded] }), 'Healthy', 'Current'],
  ['a policy whose newest backup failed', policy({ sessions: [failed] }), 'Degraded', 'Failed'],
  ['a policy that has missed its objective', policy({ spec: objective, age: 100_000 }), 'Degraded', 'Failed'],
  [
    'a policy whose Repository the sync has yet to bring',
    policy({ without: 'repository' }),
    'Progressing',
    'InProgress',
  ],
  ['a policy that is paused', policy({ spec: { paused: true } }), 'Suspended', 'Current'],
  ['a policy that nobody has looked at', configuration(), 'Progressing', 'Current'],
  [
    'a policy that was edited a moment ago',
    { ...policy(), metadata: { ...policy().metadata, generation: 2 } },
    'Progressing',
    'InProgress',
  ],
  ['a policy that is being deleted', withoutStatus('BackupConfiguration', leaving), 'Progressing', 'Terminating'],
  ['a Repository that no backup has reached', store({ id: undefined }), 'Healthy', 'Current'],
  ['a Repository that is well', store({}, { maintenance: { check: { ok: true } } }), 'Healthy', 'Current'],
  ['a Repository that is damaged', store({}, { maintenance: { check: { ok: false } } }), 'Degraded', 'Failed'],
  ['a Repository that is being deleted', withoutStatus('Repository', leaving), 'Progressing', 'Terminating'],
  ['a backup that waits for the rest of a sync', session({ template: stale }), 'Progressing', 'InProgress'],
  [
    'a backup that runs',
    session({ session: backupSession(begun()), job: job(), pod: pod('Running', [running]) }),
    'Progressing',
    'InProgress',
  ],
  [
    'a backup that succeeded',
    session({ session: backupSession(begun()), job: job({}, ['Complete']), pod: pod('Succeeded', [good]) }),
    'Healthy',
    'Current',
  ],
  ['a backup that failed', session({ session: late, claim: undefined }), 'Degraded', 'Failed'],
  [
    'a backup that was skipped in a pause',
    session({ session: backupSession({}, scheduled), configuration: configuration({ paused: true }) }),
    'Suspended',
    'Current',
  ],
  [
    'a restore that waits for its claim',
    session({ session: restoreSession(), claim: undefined }),
    'Progressing',
    'InProgress',
  ],
  [
    'a restore that is done',
    session({
      session: restoreSession({}, begun()),
      job: job({ ownerReferences: [ofRestore] }, ['Complete']),
      pod: pod('Succeeded', [reported({ step: 'update-status', outcome: 'Succeeded', restored: [restored] })]),
    }),
    'Healthy',
    'Current',
  ],
  [
    'a restore whose claim never came',
    session({ session: restoreSession({}, {}, { creationTimestamp: at(-700) }), claim: undefined }),
    'Degraded',
    'Failed',
  ],
  ['a Function', withoutStatus('Function'), 'Healthy', 'Current'],
  ['a Function that is being deleted', withoutStatus('Function', leaving), 'Progressing', 'Terminating'],
  ['a Task', withoutStatus('Task'), 'Healthy', 'Current'],
  ['a Task that is being deleted', withoutStatus('Task', leaving), 'Progressing', 'Terminating'],
]

test('Argo CD and Flux say of every object in every state what its conditions mean', () => {
  const answers = ask('health', { settings: argoHealthSettings(), objects: rows.map(([, object]) => object) })
  const said = answers.map(({ argocd, flux }, index) => [rows[index]?.[0], argocd.status, flux.status])
  expect(said).toEqual(rows.map(([says, , argo, flux]) => [says, argo, flux]))
})

test('Argo CD shows the reason with the state', () => {
  const [answer] = ask('health', { settings: argoHealthSettings(), objects: [policy({ sessions: [failed] })] })
  expect(answer?.argocd.message).toMatch(/^\w+: data-202611221159: /)
})

test('without the health checks Argo CD says nothing of a failing policy', () => {
  const [answer] = ask('health', { settings: {}, objects: [policy({ sessions: [failed] })] })
  expect(answer?.argocd.status).toBe('')
})

test('every kind has a health check', () => {
  expect(Object.keys(argoHealthScripts).sort()).toEqual(kinds.map(({ kind }) => kind).sort())
})
