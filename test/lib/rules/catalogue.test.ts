import { expect, test } from '@jest/globals'
import { App, Chart, Duration } from 'cdk8s'
import { Backend, Repository, Retention, Schedule, VolumeBackup } from '../../../constructs/index.js'
import { rules } from '../../../lib/rules/catalogue.js'
import type { FleetRule } from '../../../lib/rules/fleet-rule.js'
import { ruleProblems } from '../../../lib/rules/rule-problems.js'
import { fleetFrom } from '../../../testing/index.js'

const app = new App()
const shop = new Chart(app, 'shop', { namespace: 'shop' })
const blog = new Chart(app, 'blog', { namespace: 'blog' })
const digest = `holdfast@sha256:${'0'.repeat(64)}`
const usagePolicy = { allowedNamespaces: { from: 'All' } } as const
const s3 = (endpoint: string) => Backend.s3({ endpoint, bucket: 'b', secretName: 'keys' })
const away = new Repository(shop, 'away', { backend: s3('https://s3.example.com'), usagePolicy })
const near = new Repository(shop, 'nearby', { backend: s3('http://minio.storage.svc:9000') })
const here = new Repository(shop, 'local', { backend: Backend.local({ claimName: 'backups', secretName: 'keys' }) })
const unknown = Repository.fromRepositoryName(shop, 'foreign', { name: 'unknown' })
const common = { schedule: Schedule.daily({ at: '03:00' }), retention: Retention.keep({ daily: 31, monthly: 13 }) }
const hourly = { schedule: Schedule.hourly(), retention: Retention.keep({ daily: 7 }) }
new VolumeBackup(shop, 'good', {
  ...{ ...common, claim: 'good', repository: away },
  ...{ recoveryPointObjective: '26h', image: digest },
})
new VolumeBackup(shop, 'near', { ...common, claim: 'near', repository: near, recoveryPointObjective: '52h' })
new VolumeBackup(shop, 'here', { ...hourly, claim: 'here', repository: here, privileges: 'read-any-file' })
new VolumeBackup(shop, 'unknown', { ...hourly, claim: 'unknown', repository: unknown })
new VolumeBackup(blog, 'posts', { ...common, claim: 'posts', repository: away, repositorySecretName: 'keys' })
const fleet = fleetFrom(app)

const broken = (rule: FleetRule) =>
  ruleProblems(fleet, { rules: [rule], today: new Date(0) }).map(
    ({ object, message }) => `${object.split(' ')[1]}: ${message.slice(message.indexOf('): ') + 3)}`,
  )

test('objectiveAtMost wants an objective, and not a longer one', () => {
  expect(
    broken(rules.objectiveAtMost('A-1', Duration.hours(26), { applies: each => each.namespace === 'shop' })),
  ).toEqual([
    'shop/near: its objective is 2d 4h; at most 26h',
    'shop/here: states no recovery point objective; set rpo',
    'shop/unknown: states no recovery point objective; set rpo',
  ])
})

test('retentionAtLeast takes only what is sure at every moment', () => {
  expect(broken(rules.retentionAtLeast('A-1', Duration.days(30)))).toEqual([
    'shop/here: surely restores only 5d 1h back; at least 30d asked. Keep more, or longer',
    'shop/unknown: surely restores only 5d 1h back; at least 30d asked. Keep more, or longer',
  ])
})

test('offsite refuses volumes, names that only the cluster knows, and what it cannot see', () => {
  expect(broken(rules.offsite('A-1'))).toEqual([
    'shop/near: stores on minio.storage.svc, an address of this cluster; a lost cluster takes its backups along',
    'shop/here: stores on a volume of this cluster; a lost cluster takes its backups along',
    'shop/unknown: its Repository unknown is not part of the fleet, so its place is unknown',
  ])
})

test('ownRepository refuses the repository of another namespace', () => {
  expect(broken(rules.ownRepository('A-1'))).toEqual(['blog/posts: uses the repository shop/away of another namespace'])
})

test('imagesByDigest looks at every container, and refuses what git does not show', () => {
  const found = broken(rules.imagesByDigest('A-1'))
  expect(found).toHaveLength(4)
  expect(found[0]).toMatch(
    /^shop\/near: mover \w+\[.+\] has the image 'holdfast\.dev\/holdfast:.+'; expected one that ends in @sha256:…$/,
  )
  expect(found[2]).toMatch(/^shop\/unknown: its Job is resolved by the controller/)
})

test('restricted refuses what Pod Security would', () => {
  expect(broken(rules.restricted('A-1'))).toEqual([
    expect.stringMatching(/^shop\/here: mover .*DAC_OVERRIDE.*\(Capabilities\)$/),
    expect.stringMatching(/^shop\/unknown: its Job is resolved by the controller/),
  ])
})
