import { describe, expect, test } from '@jest/globals'
import { changes, changesWith, claim, ofKind, policy, repository, s3, shop, target, told } from './fleets.js'

const mount = (mountPath: string, paths?: string[]) =>
  policy({ target: target({ volumeMounts: [{ mountPath }], ...(paths === undefined ? {} : { paths }) }) })

describe('what breaks the history of a volume', () => {
  test('another repository is a new history, and the old one stays', () => {
    const other = repository({ backend: s3({ bucket: 'new' }) }, { name: 'new' })
    const all = changes([...shop(), other], [repository(), other, claim(), policy({ repository: { name: 'new' } })])
    const { severity, sentence, details } = ofKind(all, 'lineage-broken')
    expect(severity).toBe('danger')
    expect(sentence).toBe(
      'Its snapshots get another identity, store s3:s3.example.com/new/volumes instead of s3:s3.example.com/backups/volumes: the next backup is a first and full one; no restore or retention of this identity finds the old snapshots, which stay and are never pruned.',
    )
    expect(details.map(({ field }) => field)).toEqual(['store', 'spec.repository.name'])
    expect(all).toHaveLength(1)
  })

  test('another Repository object of the same store keeps the history', () => {
    const other = repository({}, { name: 'again' })
    const all = changes([...shop(), other], [repository(), other, claim(), policy({ repository: { name: 'again' } })])
    expect(all.map(({ kind }) => kind)).toEqual(['repository-reference-changed'])
  })

  test('an alias is another host, and the advice keeps the old one', () => {
    const { sentence, advice } = ofKind(changesWith(policy({ target: target({ alias: 'fresh' }) })), 'lineage-broken')
    expect(sentence).toContain('host fresh instead of demo/shop/orders-data')
    expect(advice).toBe('To keep the history of the same data, set target.alias to demo/shop/orders-data.')
  })

  test('another cluster name or bucket of a Repository is one change for all its policies', () => {
    const second = policy({ target: target({}, 'uploads') }, { name: 'uploads' })
    const before = [...shop(), second, claim('uploads')]
    const renamed = [repository({ clusterName: 'prod' }), policy(), second, claim(), claim('uploads')]
    expect(told(changes(before, renamed))).toEqual([
      'danger lineage-broken repository shop/store: The snapshots of 2 policies (shop/orders and shop/uploads) get another identity, hosts such as prod/shop/orders-data instead of demo/shop/orders-data: the next backup is a first and full one; no restore or retention of this identity finds the old snapshots, which stay and are never pruned.',
    ])
    const moved = [repository({ backend: s3({ prefix: 'else' }) }), policy(), second, claim(), claim('uploads')]
    expect(ofKind(changes(before, moved), 'lineage-broken').subject).toBe('repository shop/store')
  })

  test('a policy that moves to another namespace starts anew, unless an alias keeps its host', () => {
    const there = (spec = {}) =>
      policy({ repository: { name: 'store', namespace: 'shop', secretName: 'k' }, ...spec }, { namespace: 'web' })
    const all = changes(shop(), [repository(), there()])
    expect(ofKind(all, 'lineage-broken').sentence).toContain('The policy moved from namespace shop.')
    expect(ofKind(all, 'protection-ended').subject).toBe('claim shop/orders-data')
    const kept = changes(shop(), [repository(), there({ target: target({ alias: 'demo/shop/orders-data' }) })])
    expect(kept.map(({ kind }) => kind)).not.toContain('lineage-broken')
    expect(ofKind(kept, 'lineage-mixed').sentence).toContain(
      'Snapshots of claim web/orders-data join those of shop/orders-data',
    )
  })

  test('another mount path renames every path, so history starts anew', () => {
    const all = changes([repository(), mount('/data'), claim()], [repository(), mount('/srv'), claim()])
    expect(told(all)).toHaveLength(1)
    expect(ofKind(all, 'lineage-broken').sentence).toContain('mount path /srv instead of /data')
  })
})

describe('which data backups hold', () => {
  test('a path that goes is data that is no longer backed up', () => {
    const all = changes(
      [repository(), mount('/data', ['/data/a', '/data/b']), claim()],
      [repository(), mount('/data', ['/data/a', '/data/c']), claim()],
    )
    expect(told(all)).toEqual([
      'danger content-narrowed policy shop/orders: No longer backed up: /data/b. Its snapshots stay, and nothing prunes them any more.',
      'notice content-widened policy shop/orders: Now backed up as well: /data/c.',
    ])
  })

  test('a path that a folder above takes in ends its own history', () => {
    const [before, after] = [mount('/data', ['/data/a']), mount('/data', ['/data'])]
    const all = changes([repository(), before, claim()], [repository(), after, claim()])
    expect(all.map(({ severity, kind }) => `${severity} ${kind}`)).toEqual([
      'warning lineage-broken',
      'notice content-widened',
    ])
    const back = changes([repository(), after, claim()], [repository(), before, claim()])
    expect(back.map(({ severity, kind }) => `${severity} ${kind}`)).toEqual(['danger content-narrowed'])
  })

  test('another folder of the claim under the same path is danger', () => {
    const sub = (subPath: string) =>
      policy({ target: target({ volumeMounts: [{ mountPath: '/holdfast-data', subPath }] }) })
    expect(ofKind(changesWith(sub('a')), 'content-changed')).toMatchObject({ severity: 'danger' })
  })

  test.each([
    [['*.tmp'], 'warning'],
    [['/**'], 'danger'],
    [['*'], 'danger'],
  ])('the new pattern %j leaves files out', (exclude, severity) => {
    expect(ofKind(changesWith(policy({ target: target({ exclude }) })), 'content-narrowed').severity).toBe(severity)
  })

  test('a flag of restic that leaves files out is told as such, others as they are', () => {
    const flag = (arg: string) => changesWith(policy({ target: target({ args: [arg] }) }))
    expect(ofKind(flag('--exclude-larger-than=1G'), 'content-narrowed').severity).toBe('warning')
    expect(ofKind(flag('--compression=max'), 'content-changed').severity).toBe('notice')
  })

  test('accepting partial and empty backups is looser', () => {
    const all = changesWith(policy({ partialPolicy: 'Accept', emptySourcePolicy: 'Accept' }))
    expect(told(all)).toEqual([
      'warning source-policy-loosened policy shop/orders: A backup in which files could not be read no longer fails.',
      'warning source-policy-loosened policy shop/orders: A backup without a single file no longer fails.',
    ])
  })

  test('hooks that come, change and go are told with what they run', () => {
    const hooked = (...command: string[]) => [
      repository(),
      claim(),
      policy({ hooks: { preBackup: { exec: { command } } } }),
    ]
    expect(ofKind(changes(shop(), hooked('sync')), 'hook-added').sentence).toBe('‘sync’ now runs before the backup.')
    expect(ofKind(changes(hooked('a'), hooked('b', 'c')), 'hook-changed').sentence).toBe(
      '‘b c’ now runs before the backup, instead of ‘a’.',
    )
    expect(ofKind(changes(hooked('a'), shop()), 'hook-removed').severity).toBe('warning')
  })
})
