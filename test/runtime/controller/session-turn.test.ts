import { describe, test } from '@jest/globals'
import { type DecisionRow, expectDecision } from './decision-row.js'
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
} from './observation.js'

const problem = { code: 'HF4003', object: 'o', path: 'p', message: 'm' } as const
const refused = (reason: 'TemplateStale' | 'TemplateRejected' | 'ImageNotTrusted' | 'TaskNotFound' | 'TaskInvalid') =>
  ({ ok: false, reason, problems: [problem] }) as const
const other = backupSession(begun(), { uid: 'other' })
const claim = (metadata = {}, phase = 'Bound') => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'shop', ...metadata },
  status: { phase },
})
const late = backupSession({}, { creationTimestamp: at(-700) })
const { store: idle } = observe()
const retrying = begun({ nextRetry: at(-1) })
const withInterim = configuration({ interimVolumeTemplate: { spec: {} } })

const rows: DecisionRow[] = [
  {
    says: 'two configurations never write the same host and path',
    seen: { rival: 'shop/first' },
    check: 'identityConflict',
    phase: 'Failed',
    reason: 'IdentityConflict',
  },
  ...(['TemplateRejected', 'ImageNotTrusted', 'TaskInvalid'] as const).map(reason => ({
    says: `a template that is ${reason} fails the session`,
    seen: { template: refused(reason) },
    check: 'templateUnfit',
    phase: 'Failed',
    reason,
  })),
  {
    says: 'a template that is stale in the middle of a sync may still come',
    seen: { template: refused('TemplateStale') },
    check: 'templateUnfit',
    phase: 'Pending',
    reason: 'TemplateStale',
  },
  {
    says: 'a template that is still stale after startDeadline fails the session',
    seen: { session: late, template: refused('TemplateStale') },
    check: 'templateUnfit',
    phase: 'Failed',
    reason: 'TemplateStale',
  },
  {
    says: 'a Task that is missing may still come',
    seen: { template: refused('TaskNotFound') },
    check: 'templateUnfit',
    phase: 'Pending',
    reason: 'TaskNotFound',
  },
  {
    says: 'a Task that does not come within startDeadline fails the session',
    seen: { session: late, template: refused('TaskNotFound') },
    check: 'templateUnfit',
    phase: 'Failed',
    reason: 'TaskNotFound',
  },
  {
    says: 'a claim that is missing may still come',
    seen: { claim: undefined },
    check: 'targetMissing',
    phase: 'Pending',
    reason: 'TargetNotFound',
  },
  {
    says: 'a claim that does not come within startDeadline fails the session',
    seen: { session: late, claim: undefined },
    check: 'targetMissing',
    phase: 'Failed',
    reason: 'TargetNotFound',
  },
  {
    says: 'a claim that is being deleted is no target',
    seen: { claim: claim({ deletionTimestamp: at(-1) }) },
    check: 'targetMissing',
    phase: 'Failed',
    reason: 'TargetNotFound',
  },
  {
    says: 'a claim that lost its volume is no target',
    seen: { claim: claim({}, 'Lost') },
    check: 'targetMissing',
    phase: 'Failed',
    reason: 'TargetNotFound',
  },
  {
    says: 'a pending claim may wait for its first consumer: the mover',
    seen: { claim: claim({}, 'Pending') },
    check: 'begin',
    effect: 'create-job',
  },
  {
    says: 'the next attempt first ends the Job of the last',
    seen: { session: backupSession(retrying), job: job() },
    check: 'oldJobAlive',
    phase: 'Running',
    reason: 'RetryScheduled',
    effect: 'delete-job',
  },
  {
    says: 'the next attempt waits while the Job of the last is being deleted',
    seen: { session: backupSession(retrying), job: job({ deletionTimestamp: at(-1) }) },
    check: 'oldJobAlive',
    phase: 'Running',
    reason: 'RetryScheduled',
  },
  {
    says: 'the next attempt waits for its time',
    seen: { session: backupSession(begun({ nextRetry: at(30) })), job: job({}, ['Failed']) },
    check: 'retryNotDue',
    phase: 'Running',
  },
  {
    says: 'the next attempt begins at its time',
    seen: { session: backupSession(retrying), job: job({}, ['Failed']) },
    check: 'begin',
    phase: 'Running',
    effect: 'create-job',
  },
  {
    says: 'a backup waits while a restore has its claim',
    seen: { claimUser: 'RestoreSession back' },
    check: 'claimBusy',
    phase: 'Pending',
    reason: 'TargetBusy',
  },
  {
    says: 'a session waits while its repository is maintained',
    seen: { store: { ...idle, maintaining: true } },
    check: 'repositoryBusy',
    phase: 'Pending',
    reason: 'RepositoryBusy',
  },
  {
    says: 'a session makes room for overdue maintenance',
    seen: { store: { ...idle, makeRoomUntil: new Date(now.getTime() + 1000) } },
    check: 'repositoryBusy',
    phase: 'Pending',
    reason: 'RepositoryBusy',
  },
  {
    says: 'overdue maintenance that never comes does not stop backups for ever',
    seen: { store: { ...idle, makeRoomUntil: new Date(now.getTime() - 1000) } },
    check: 'begin',
    effect: 'create-job',
  },
  {
    says: 'a session waits while another may be making the repository',
    seen: { repository: repository({}, {}), store: { ...idle, active: [other] } },
    check: 'repositoryBusy',
    phase: 'Pending',
    reason: 'RepositoryBusy',
  },
  {
    says: 'no more sessions run at a store than maxConcurrentSessions',
    seen: { repository: repository({ maxConcurrentSessions: 1 }), store: { ...idle, active: [other] } },
    check: 'concurrencyLimited',
    phase: 'Pending',
    reason: 'ConcurrencyLimited',
  },
  {
    says: 'who waited longer goes first',
    seen: { repository: repository({ maxConcurrentSessions: 1 }), store: { ...idle, olderWaiting: 1 } },
    check: 'concurrencyLimited',
    phase: 'Pending',
    reason: 'ConcurrencyLimited',
  },
  {
    says: 'a restore runs beside backups of other volumes',
    seen: { session: restoreSession(), store: { ...idle, active: [other] } },
    check: 'begin',
    phase: 'Running',
    reason: 'JobCreated',
    effect: 'create-job',
  },
  {
    says: 'an interim volume is made before the Job',
    seen: { configuration: withInterim },
    check: 'begin',
    phase: 'Pending',
    reason: 'Waiting',
    effect: 'create-claim',
  },
  {
    says: 'the Job is made once the interim volume is there',
    seen: { configuration: withInterim, interimClaim: claim() },
    check: 'begin',
    phase: 'Running',
    effect: 'create-job',
  },
]

describe('when it is a session’s turn', () => {
  test.each(rows)('$says', row => expectDecision(row))
})
