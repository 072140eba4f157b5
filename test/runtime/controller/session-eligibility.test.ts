import { describe, test } from '@jest/globals'
import { type DecisionRow, expectDecision } from './decision-row.js'
import { at, backupSession, begun, configuration, job, observe, repository, scheduled } from './observation.js'

const other = (status = {}, metadata = {}) => backupSession(status, { uid: 'other', ...metadata })
const older = { name: 'data-202611221158', creationTimestamp: at(-120) }
const elsewhere = (spec = {}) => repository(spec, undefined, { namespace: 'vault' })
const crossing = configuration({ repository: { name: 'store', namespace: 'vault', secretName: 'keys' } })
const selector = { matchLabels: { team: 'shop' } }
const interim = observe().claim
const leaving = interim && { ...interim, metadata: { ...interim.metadata, deletionTimestamp: at(-1) } }
const late = backupSession({}, { creationTimestamp: at(-700) })

const rows: DecisionRow[] = [
  {
    says: 'a session that ended while its Job lives ends the Job',
    seen: { session: backupSession(begun({ phase: 'Failed' })), job: job() },
    check: 'endedWithLiveJob',
    phase: 'Failed',
    effect: 'delete-job',
  },
  {
    says: 'a session that ended gives back its interim volume',
    seen: { session: backupSession({ phase: 'Succeeded' }), interimClaim: interim },
    check: 'endedWithLiveJob',
    phase: 'Succeeded',
    effect: 'delete-claim',
  },
  {
    says: 'a session that ended leaves its finished Job alone, for its logs',
    seen: { session: backupSession(begun({ phase: 'Succeeded' })), job: job({}, ['Complete']) },
    check: 'ended',
    phase: 'Succeeded',
  },
  {
    says: 'a claim that is being deleted is not kept by the finished Job of a session that ended',
    seen: { session: backupSession(begun({ phase: 'Succeeded' })), job: job({}, ['Complete']), claim: leaving },
    check: 'endedWithLiveJob',
    phase: 'Succeeded',
    effect: 'delete-job',
  },
  {
    says: 'a session that is being deleted is left alone',
    seen: { session: backupSession({ phase: 'Pending' }, { deletionTimestamp: at(-1) }) },
    check: 'beingDeleted',
    phase: 'Pending',
  },
  {
    says: 'a session without its configuration fails',
    seen: { configuration: undefined, subject: undefined, template: undefined },
    check: 'configurationMissing',
    phase: 'Failed',
    reason: 'ConfigurationNotFound',
  },
  {
    says: 'a session made by hand is adopted by its configuration',
    seen: { session: backupSession({}, { ownerReferences: [] }) },
    check: 'notAdopted',
    effect: 'adopt',
  },
  {
    says: 'a session that could not begin within timeOut fails',
    seen: { session: backupSession({}, { creationTimestamp: at(-86_401) }) },
    check: 'deadlineExceeded',
    phase: 'Failed',
    reason: 'DeadlineExceeded',
  },
  {
    says: 'a scheduled session of a paused configuration is skipped',
    seen: { session: backupSession({}, scheduled), configuration: configuration({ paused: true }) },
    check: 'paused',
    phase: 'Skipped',
    reason: 'Paused',
  },
  {
    says: 'a session made by hand runs although its configuration is paused',
    seen: { configuration: configuration({ paused: true }) },
    check: 'begin',
    phase: 'Running',
    effect: 'create-job',
  },
  {
    says: 'a newer session takes the place of one that has not begun',
    seen: { siblings: [other({}, { name: 'data-202611221200', creationTimestamp: at(-1) })] },
    check: 'superseded',
    phase: 'Skipped',
    reason: 'Superseded',
  },
  {
    says: 'an older session that waits does not stop a newer one',
    seen: { siblings: [other({}, older)] },
    check: 'begin',
    phase: 'Running',
    effect: 'create-job',
  },
  {
    says: 'a session is skipped while another of its configuration runs',
    seen: { siblings: [other(begun(), older)] },
    check: 'overlapping',
    phase: 'Skipped',
    reason: 'Overlapping',
  },
  {
    says: 'a Repository that is missing may still come',
    seen: { repository: undefined },
    check: 'repositoryMissing',
    phase: 'Pending',
    reason: 'RepositoryNotFound',
  },
  {
    says: 'a Repository that does not come within startDeadline fails the session',
    seen: { session: late, repository: undefined },
    check: 'repositoryMissing',
    phase: 'Failed',
    reason: 'RepositoryNotFound',
  },
  {
    says: 'a Repository of another namespace needs that namespace’s consent',
    seen: { configuration: crossing, repository: elsewhere() },
    check: 'usageNotAllowed',
    phase: 'Failed',
    reason: 'UsageNotAllowed',
  },
  {
    says: 'from: Same is no consent for another namespace',
    seen: {
      configuration: crossing,
      repository: elsewhere({ usagePolicy: { allowedNamespaces: { from: 'Same' } } }),
    },
    check: 'usageNotAllowed',
    phase: 'Failed',
    reason: 'UsageNotAllowed',
  },
  {
    says: 'from: All lets every namespace in',
    seen: { configuration: crossing, repository: elsewhere({ usagePolicy: { allowedNamespaces: { from: 'All' } } }) },
    check: 'begin',
    effect: 'create-job',
  },
  {
    says: 'from: Selector lets in the namespaces that it selects',
    seen: {
      configuration: crossing,
      namespaceLabels: { team: 'shop' },
      repository: elsewhere({ usagePolicy: { allowedNamespaces: { from: 'Selector', selector } } }),
    },
    check: 'begin',
    effect: 'create-job',
  },
  {
    says: 'from: Selector keeps other namespaces out',
    seen: {
      configuration: crossing,
      namespaceLabels: { team: 'bank' },
      repository: elsewhere({ usagePolicy: { allowedNamespaces: { from: 'Selector', selector } } }),
    },
    check: 'usageNotAllowed',
    phase: 'Failed',
    reason: 'UsageNotAllowed',
  },
]

describe('whether a session may run', () => {
  test.each(rows)('$says', row => expectDecision(row))
})
