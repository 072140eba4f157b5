import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Repository, Retention, Schedule, VolumeBackup, VolumeRestore } from '../../constructs/index.js'
import type { BackupSessionObject } from '../../runtime/controller/objects.js'
import { backUp, restore } from './await-session.js'
import { eventually } from './eventually.js'
import { policy } from './policy.js'
import { backendOf, type ProtectedClaim, protectedClaim, repositoryOf } from './protected-claim.js'
import { snapshotsOf } from './session-end.js'
import { startWorld } from './start-world.js'
import type { TestStore, World } from './world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
}, 180_000)
afterAll(() => world.stop(), 60_000)

const limit = 300_000

/** The one object of a restore of `host` into a claim. */
function restoreOf(of: Pick<ProtectedClaim, 'namespace' | 'repository' | 'store'>, claim: string, host: string) {
  const [object] = policy(world, of.namespace, chart => {
    const rules = [{ sourceHost: `${of.namespace}/${host}`, snapshots: ['latest'] }]
    new VolumeRestore(chart, `to-${claim}`, { claim, repository: repositoryOf(chart, of), rules })
  })
  if (object === undefined) throw new Error('a VolumeRestore is one object')
  return object
}

describe('each store', () => {
  test.each([
    ['a local claim', 'local'],
    ['an S3 server', 's3'],
    ['a rest-server', 'rest'],
  ] as const)(
    'a volume is backed up to %s and restored from it',
    async (_, kind) => {
      const protection = await protectedClaim(world, { store: kind })
      const { namespace } = protection
      const session = await backUp(world, namespace, 'data')
      expect(session.status?.phase).toBe('Succeeded')
      const listed = JSON.parse(await protection.store.restic('snapshots', '--json'))
      expect(snapshotsOf(session).map(({ id }) => id)).toEqual(listed.map(({ id }: { id: string }) => id))
      await world.claim(namespace, 'fresh')
      const restored = await restore(world, restoreOf(protection, 'fresh', 'data'))
      expect(restored.status?.phase).toBe('Succeeded')
      const files = await world.files(namespace, 'fresh')
      expect(await files.list()).toEqual(['a.txt', 'dir/b.txt'])
      expect(await files.read('dir/b.txt')).toBe('b\n')
    },
    limit,
  )
})

describe('two volumes in one repository', () => {
  let namespace: string
  let store: TestStore
  const sessions: Record<string, BackupSessionObject[]> = { one: [], two: [] }

  beforeAll(async () => {
    namespace = await world.namespace()
    store = await world.store('local', namespace, 'store-keys')
    for (const claim of ['one', 'two']) await world.claim(namespace, claim)
    const objects = policy(world, namespace, chart => {
      const repository = new Repository(chart, 'store', { backend: backendOf(store.backend) })
      const schedule = Schedule.cron('0 3 * * *')
      new VolumeBackup(chart, 'one', { claim: 'one', repository, schedule, retention: Retention.keep({ last: 1 }) })
      new VolumeBackup(chart, 'two', { claim: 'two', repository, schedule, retention: Retention.keep({ last: 5 }) })
    })
    await world.apply(...objects)
    for (const round of ['first', 'second']) {
      for (const claim of ['one', 'two']) {
        const files = await world.files(namespace, claim)
        await files.write('name.txt', `${claim}, ${round}\n`)
        sessions[claim]?.push(await backUp(world, namespace, claim))
      }
    }
  }, limit)

  test('are snapshots of two hosts', () => {
    const all = Object.values(sessions).flat()
    expect(all.map(session => session.status?.phase)).toEqual(Array(4).fill('Succeeded'))
    const hosts = (claim: string) => sessions[claim]?.map(each => each.status?.targets?.[0]?.stats?.[0]?.hostname)
    expect(hosts('one')).toEqual([`${namespace}/one`, `${namespace}/one`])
    expect(hosts('two')).toEqual([`${namespace}/two`, `${namespace}/two`])
  })

  test(
    'the retention of one leaves the snapshots of the other',
    async () => {
      const idsOf = async (claim: string): Promise<string[]> => {
        const list: { id: string }[] = JSON.parse(
          await store.restic('snapshots', '--json', '--host', `${namespace}/${claim}`),
        )
        return list.map(({ id }) => id)
      }
      const idsIn = (claim: string) => (sessions[claim] ?? []).flatMap(snapshotsOf).map(({ id }) => id)
      const kept = await eventually(
        async () => {
          const ids = await idsOf('one')
          return ids.length === 1 ? ids : undefined
        },
        60,
        async () => `there are still ${(await idsOf('one')).join(', ')}`,
      )
      expect(kept).toEqual(idsIn('one').slice(-1))
      expect(await idsOf('two')).toEqual(idsIn('two'))
    },
    limit,
  )

  test(
    'the latest of each is its own',
    async () => {
      await world.claim(namespace, 'one-again')
      const of = { namespace, repository: 'store', store } as const
      const restored = await restore(world, restoreOf(of, 'one-again', 'one'))
      expect(restored.status?.phase).toBe('Succeeded')
      const files = await world.files(namespace, 'one-again')
      expect(await files.read('name.txt')).toBe('one, second\n')
    },
    limit,
  )
})
