import { expect, test } from '@jest/globals'
import type { Condition } from '../../../lib/api/condition.js'
import { type ConfigurationObserved, decideConfiguration } from '../../../runtime/controller/configuration/decide.js'
import type { SessionStatus } from '../../../runtime/controller/session/session-status.js'
import { at, backupSession, configuration, now, repository, observe as session } from './observation.js'

const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'data-trigger', namespace: 'shop' } }
const spec = { schedule: '0 10 * * *', recoveryPointObjective: '26h' }
const missing = (type: string, seconds: number): Condition => ({
  type,
  status: 'False',
  lastTransitionTime: at(seconds),
  reason: 'RepositoryNotFound',
  message: 'm',
})
const observe = (different: Partial<ConfigurationObserved> = {}): ConfigurationObserved => ({
  now,
  configuration: configuration(spec),
  repository: repository(),
  claim: session().claim,
  cronJob,
  sessions: [],
  ...different,
})
const done = (phase: SessionStatus['phase']) =>
  backupSession({ phase, attempt: 1, completionTime: at(-30) }, { name: 'last', creationTimestamp: at(-60) })

/** What kstatus goes by, each as `status reason`. */
function summaryOf(seen: Partial<ConfigurationObserved>): Record<string, string> {
  const { conditions = [] } = decideConfiguration(observe(seen)).status
  const read = ['Ready', 'Reconciling', 'Stalled'].map(type => {
    const found = conditions.find(each => each.type === type)
    return [type, `${found?.status} ${found?.reason}`]
  })
  return Object.fromEntries(read)
}
const all = (ready: string, reconciling: string, stalled: string, reason: string) => ({
  Ready: `${ready} ${reason}`,
  Reconciling: `${reconciling} ${reason}`,
  Stalled: `${stalled} ${reason}`,
})
const good = (reason: string) => all('True', 'False', 'False', reason)
const coming = (reason: string) => all('False', 'True', 'False', reason)
const bad = (reason: string) => all('False', 'False', 'True', reason)

test.each<[string, Partial<ConfigurationObserved>, Record<string, string>]>([
  [
    'a new policy without a backup is as git wants it',
    { configuration: configuration(spec, undefined, { creationTimestamp: at(-60) }) },
    good('NeverSucceeded'),
  ],
  ['a policy whose newest backup is good is ready', { sessions: [done('Succeeded')] }, good('Protected')],
  ['a policy whose newest backup failed is stalled', { sessions: [done('Failed')] }, bad('NotReported')],
  ['a Repository that a sync has yet to bring is waited for', { repository: undefined }, coming('RepositoryNotFound')],
  ['a claim that a sync has yet to bring is waited for', { claim: undefined }, coming('TargetNotFound')],
  ['a CronJob that a sync has yet to bring is waited for', { cronJob: undefined }, coming('CronJobMissing')],
  [
    'a Repository that was gone a minute ago may still come back',
    { repository: undefined, configuration: configuration(spec, { conditions: [missing('RepositoryFound', -60)] }) },
    coming('RepositoryNotFound'),
  ],
  [
    'a Repository that does not come within startDeadline stalls the policy',
    { repository: undefined, configuration: configuration(spec, { conditions: [missing('RepositoryFound', -600)] }) },
    bad('RepositoryNotFound'),
  ],
  [
    'a policy says itself how long it waits',
    {
      repository: undefined,
      configuration: configuration({ ...spec, startDeadline: '1m' }, { conditions: [missing('RepositoryFound', -60)] }),
    },
    bad('RepositoryNotFound'),
  ],
  [
    'a schedule that no sync mends stalls the policy at once',
    { repository: undefined, configuration: configuration({ ...spec, schedule: 'often' }) },
    bad('InvalidSpec'),
  ],
  ['a rival stalls the policy at once', { rival: 'shop/first', claim: undefined }, bad('IdentityConflict')],
  [
    'a policy that has not met its objective is stalled',
    { configuration: configuration(spec, undefined, { creationTimestamp: at(-27 * 3600) }) },
    bad('RecoveryPointTooOld'),
  ],
])('%s', (_says, seen, expected) => {
  expect(summaryOf(seen)).toEqual(expected)
})

test('what is waited for is looked at again when its time is over', () => {
  const { requeueAt } = decideConfiguration(observe({ repository: undefined }))
  expect(requeueAt).toEqual(new Date(now.getTime() + 600_000))
})
