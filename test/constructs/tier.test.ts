import { describe, expect, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import { Backend, Repository, Retention, Schedule } from '../../constructs/index.js'
import { PolicyDefaults } from '../../constructs/policy-defaults.js'
import { Tier, tier } from '../../constructs/tier.js'
import { VolumeBackup } from '../../constructs/volume-backup.js'
import { VolumeRestore } from '../../constructs/volume-restore.js'
import { at, complaintsOf, manifestOf, policyApp } from './policy-app.js'

const nightly = Schedule.daily({ at: '03:00', timeZone: 'Europe/Berlin' })
const silver = tier('silver', { schedule: nightly, retention: Retention.keep({ daily: 7 }), timeOut: '2h' })

describe('a tier', () => {
  test('gives its policies what it promises, and a label that says so', () => {
    const { app, chart, repository } = policyApp()
    silver.backup(chart, 'orders', { claim: 'orders-data', repository, metadata: { labels: { team: 'shop' } } })
    const policy = manifestOf(app, 'BackupConfiguration')
    expect(policy.metadata.labels).toEqual({ team: 'shop', 'holdfast.dev/tier': 'silver' })
    expect(policy.spec).toMatchObject({ schedule: '0 3 * * *', timeOut: '2h', retentionPolicy: { keepDaily: 7 } })
    expect(manifestOf(app, 'CronJob').metadata.labels).not.toHaveProperty('holdfast.dev/tier')
  })

  test('gives way to what a policy says itself', () => {
    const { app, chart, repository } = policyApp()
    silver.backup(chart, 'orders', { claim: 'orders-data', repository, timeOut: '4h' })
    expect(manifestOf(app, 'BackupConfiguration').spec).toMatchObject({ timeOut: '4h', schedule: '0 3 * * *' })
  })

  test('can be made from another', () => {
    const { app, chart, repository } = policyApp()
    const longer = silver.with('silver-legal', { retention: Retention.keep({ daily: 7, yearly: 10 }) })
    longer.backup(chart, 'orders', { claim: 'orders-data', repository })
    const policy = manifestOf(app, 'BackupConfiguration')
    expect(policy.metadata.labels).toEqual({ 'holdfast.dev/tier': 'silver-legal' })
    expect(policy.spec).toMatchObject({ timeOut: '2h', retentionPolicy: { keepDaily: 7, keepYearly: 10 } })
    expect(new Tier('x', silver.props).props).toEqual(silver.props)
  })

  test('promises the same whatever becomes of the object that it was made from, and leaves that alone', () => {
    const { app, chart, repository } = policyApp()
    const retryConfig = Object.freeze({ maxRetry: 2, delay: '5m' })
    const metadata = Object.freeze({ labels: Object.freeze({ team: 'shop' }) })
    const props = {
      schedule: nightly,
      retention: Object.freeze(Retention.keep({ daily: 7 })),
      retryConfig,
      timeOut: '2h',
    }
    const kept = tier('kept', props)
    props.timeOut = '5m'
    for (const id of ['a', 'b']) kept.backup(chart, id, { claim: id, repository, metadata })
    for (const id of ['a', 'b']) {
      expect(manifestOf(app, 'BackupConfiguration', id).spec).toMatchObject({ timeOut: '2h', retryConfig })
    }
  })

  test.each(['Silver & Gold', '', 'gold-', 'x'.repeat(64)])('named %j is refused: the API server would', name => {
    expect(() => silver.with(name, {})).toThrow(`HF1004 tier '${name}': is no value of a label`)
  })

  test('does not compile with what it leaves open, without what it needs, or beside what a policy has to say', () => {
    const { chart, repository } = policyApp()
    // @ts-expect-error a tier is about no volume
    tier('x', { schedule: nightly, retention: Retention.keep({ last: 1 }), claim: 'orders-data' })
    // @ts-expect-error a tier says what stays
    tier('x', { schedule: nightly })
    // @ts-expect-error a policy says where it stores
    silver.backup(chart, 'a', { claim: 'a' })
    // @ts-expect-error and of which volume
    silver.backup(chart, 'b', { repository })
  })
})

describe('defaults of a scope', () => {
  test('give a policy what it does not say, and tiers and restores too', () => {
    const { app, chart, repository } = policyApp()
    const shop = new PolicyDefaults(chart, 'defaults', {
      ...{ repository, readAs: { user: 1000 } },
      labels: { team: 'shop' },
    })
    shop.backup('orders', { claim: 'orders-data', schedule: nightly, retention: Retention.keep({ daily: 7 }) })
    silver.backup(shop, 'carts', { claim: 'carts-data' })
    new VolumeRestore(chart, 'seed', { claim: 'orders-data', repository })
    for (const name of ['orders', 'carts']) {
      const policy = manifestOf(app, 'BackupConfiguration', name)
      expect(policy.spec).toMatchObject({ repository: { name: 'store' }, readAs: { user: 1000 } })
      expect(policy.metadata.labels).toMatchObject({ team: 'shop' })
    }
    expect(manifestOf(app, 'RestoreSession').spec).toMatchObject({ readAs: { user: 1000 } })
  })

  test('walk up the tree: the policy wins, then the nearest scope, then the farther ones', () => {
    const app = new App()
    new PolicyDefaults(app, 'company', {
      image: 'registry.example/holdfast:1',
      privileges: 'restricted',
      readAs: { user: 1 },
    })
    const chart = new Chart(app, 'shop', { namespace: 'shop' })
    new PolicyDefaults(chart, 'defaults', { readAs: { user: 2, group: 2 } })
    const { repository } = policyApp()
    const common = { repository, schedule: nightly, retention: Retention.keep({ daily: 7 }) }
    new VolumeBackup(chart, 'near', { ...common, claim: 'near' })
    new VolumeBackup(chart, 'own', { ...common, claim: 'own', readAs: { user: 3 } })
    const users = ['near', 'own'].map(name => at(manifestOf(app, 'BackupConfiguration', name), 'spec.readAs'))
    // A value wins as a whole: the group of the scope is not mixed into the policy’s own.
    expect(users).toEqual([
      { user: 2, group: 2 },
      { user: 3, group: 65532 },
    ])
    const image = 'spec.jobTemplate.spec.template.spec.containers.0.image'
    expect(at(manifestOf(app, 'CronJob', 'near-trigger'), image)).toBe('registry.example/holdfast:1')
  })

  test('never reach a policy of another namespace', () => {
    const { app, chart } = policyApp()
    const repository = new Repository(chart, 'shared', {
      backend: Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'shared', secretName: 'keys' }),
      usagePolicy: { allowedNamespaces: { from: 'All' } },
    })
    new PolicyDefaults(chart, 'defaults', { readAs: { user: 1000 } })
    new PolicyDefaults(app, 'of-blog', { namespace: 'blog', readAs: { user: 2000 } })
    const common = { schedule: nightly, retention: Retention.keep({ daily: 7 }), repository }
    const elsewhere = { ...common, repositorySecretName: 'keys' }
    new VolumeBackup(chart, 'orders', { ...common, claim: 'orders' })
    new VolumeBackup(chart, 'posts', { ...elsewhere, claim: 'posts', metadata: { namespace: 'blog' } })
    new VolumeBackup(chart, 'wiki', { ...elsewhere, claim: 'wiki', metadata: { namespace: 'wiki' } })
    const user = (name: string) => at(manifestOf(app, 'BackupConfiguration', name), 'spec.readAs.user')
    expect(['orders', 'posts', 'wiki'].map(user)).toEqual([1000, 2000, 65532])
  })

  test('are refused in a chart without a namespace, where they would reach every one', () => {
    const app = new App()
    const chart = new Chart(app, 'all')
    new PolicyDefaults(chart, 'defaults', { readAs: { user: 1000 } })
    new PolicyDefaults(chart, 'of-shop', { namespace: 'shop', readAs: { user: 1000 } })
    expect(complaintsOf(app)).toEqual([expect.stringContaining('HF1001 all/defaults: namespace: is missing')])
  })

  test('that are of another namespace do not come too late', () => {
    const { app, chart, repository } = policyApp()
    silver.backup(chart, 'orders', { claim: 'orders-data', repository })
    new PolicyDefaults(app, 'of-blog', { namespace: 'blog', readAs: { user: 2000 } })
    expect(complaintsOf(app)).toEqual([])
  })

  test('that come too late, or twice, are a problem with a name', () => {
    const { app, chart, repository } = policyApp()
    silver.backup(chart, 'orders', { claim: 'orders-data', repository })
    new PolicyDefaults(chart, 'late', { readAs: { user: 1 }, labels: { a: 'b' } })
    new PolicyDefaults(chart, 'again', { readAs: { user: 2 }, labels: { c: 'd' } })
    const said = complaintsOf(app).map(line => line.replace(/^.*?\] /, '').replace(/ \(.*$/, ''))
    expect(said).toEqual([
      'HF1003 shop/late: come after shop/orders, which therefore does not have them; state defaults before the policies',
      'HF1003 shop/again: come after shop/orders, which therefore does not have them; state defaults before the policies',
      'HF1003 shop/again: readAs: is stated twice for this scope; state it once, so that nobody has to guess which one counts',
    ])
  })

  test('do not compile with what a policy promises, and spare only what they give', () => {
    const { chart, repository } = policyApp()
    // @ts-expect-error a schedule is a promise, which a tier makes
    new PolicyDefaults(chart, 'a', { readAs: { user: 1 }, schedule: nightly })
    const partial = new PolicyDefaults(new Chart(new App(), 'x', { namespace: 'x' }), 'b', { readAs: { user: 1 } })
    // @ts-expect-error the defaults name no repository
    silver.backup(partial, 'orders', { claim: 'orders-data' })
    silver.backup(partial, 'carts', { claim: 'carts-data', repository })
  })
})
