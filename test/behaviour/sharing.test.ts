import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { Repository, type RepositoryProps, Retention, Schedule, VolumeBackup } from '../../constructs/index.js'
import { apiGroup, apiVersion } from '../../lib/api/group.js'
import {
  CONFIGURATIONS,
  type ConfigurationObject,
  REPOSITORIES,
  type RepositoryObject,
} from '../../runtime/controller/objects.js'
import { NAMESPACES } from '../../runtime/kube/resource.js'
import { addBackup, awaitSeen } from './added-backup.js'
import { awaitObject, backUp } from './await-session.js'
import { policy } from './policy.js'
import { backendOf, protectedClaim } from './protected-claim.js'
import { conditionOf, endOf, expectEnd, jobsOf, snapshotsOf } from './session-end.js'
import { startWorld } from './start-world.js'
import type { TestStore, World } from './world.js'

jest.setTimeout(180_000)

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

type UsagePolicy = NonNullable<RepositoryProps['usagePolicy']>

/** A Repository in one namespace, and in another one a claim whose policy uses it with a Secret of its own. */
async function acrossNamespaces(usagePolicy: UsagePolicy, secretName?: string) {
  const [home, guest] = [await world.namespace(), await world.namespace()]
  const store = await world.store('rest', home, 'store-keys')
  await world.claim(guest, 'data')
  await (await world.files(guest, 'data')).write('a.txt', 'a')
  const metadata = { name: 'own-keys', namespace: guest }
  await world.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { ...store.secret } })
  const objects = policy(world, home, chart => {
    const repository = new Repository(chart, 'store', { backend: backendOf(store.backend), usagePolicy })
    new VolumeBackup(chart, 'data', {
      metadata: { namespace: guest },
      claim: 'data',
      repository,
      schedule: Schedule.cron('0 3 * * *'),
      retention: Retention.keep({ last: 5 }),
      repositorySecretName: secretName ?? 'own-keys',
    })
  })
  await world.apply(...objects)
  await awaitSeen(world, guest, 'data')
  return { home, guest, store }
}

const isSeen = ({ metadata, status }: RepositoryObject) => status?.observedGeneration === metadata.generation

async function hosts(store: TestStore): Promise<string[]> {
  const list = JSON.parse(await store.restic('snapshots', '--json')) as { hostname: string }[]
  return list.map(each => each.hostname)
}

test.concurrent('a Repository that takes its consent back refuses the next session, and starts nothing', async () => {
  const { home, guest, store } = await acrossNamespaces({ allowedNamespaces: { from: 'All' } })
  const spec = { usagePolicy: { allowedNamespaces: { from: 'Same' } } }
  await world.client.mergePatch(REPOSITORIES, 'store', home, { spec })
  await awaitObject<RepositoryObject>(world, REPOSITORIES, home, 'store', isSeen)
  const ended = await backUp(world, guest, 'data')
  expectEnd(ended, 'Failed', 'UsageNotAllowed', `Repository ${home}/store`, `namespace ${guest}`)
  expect(await jobsOf(world, ended)).toEqual([])
  await expect(hosts(store)).rejects.toThrow()
})

test.concurrent('a Repository that allows all namespaces is used with a Secret of the session’s own namespace', async () => {
  const { guest, store } = await acrossNamespaces({ allowedNamespaces: { from: 'All' } })
  expectEnd(await backUp(world, guest, 'data'), 'Succeeded', 'SnapshotConfirmed')
  expect(await hosts(store)).toEqual([`${guest}/data`])
})

test.concurrent('a Repository that selects namespaces by label is asked again for every session', async () => {
  const selector = { matchLabels: { team: 'shop' } }
  const { guest } = await acrossNamespaces({ allowedNamespaces: { from: 'Selector', selector } })
  expectEnd(await backUp(world, guest, 'data'), 'Failed', 'UsageNotAllowed', 'allows Selector')
  await world.client.mergePatch(NAMESPACES, guest, undefined, { metadata: { labels: { team: 'shop' } } })
  expectEnd(await backUp(world, guest, 'data'), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('a Secret is never taken from the Repository’s namespace: the session’s own must have one', async () => {
  const { guest } = await acrossNamespaces({ allowedNamespaces: { from: 'All' } }, 'store-keys')
  expectEnd(await backUp(world, guest, 'data'), 'Failed', 'SecretMissing', `Secret ${guest}/store-keys`)
})

test.concurrent('a session that names no Secret for a Repository of another namespace fails, and is told what to write', async () => {
  const { home, guest } = await acrossNamespaces({ allowedNamespaces: { from: 'All' } })
  const spec = {
    target: { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data' }, alias: `${guest}/plain` },
    repository: { name: 'store', namespace: home },
    schedule: '0 3 * * *',
    retentionPolicy: { keepLast: 1 },
  }
  const metadata = { name: 'plain', namespace: guest }
  await world.apply({ apiVersion, kind: 'BackupConfiguration', metadata, spec })
  await awaitSeen(world, guest, 'plain')
  const ended = await backUp(world, guest, 'plain')
  expectEnd(ended, 'Failed', 'SecretNameRequired', 'spec.repository.secretName', `Repository ${home}/store`)
})

test.concurrent('of two policies with the same host and path in one Repository only the first runs', async () => {
  const place = await protectedClaim(world)
  await awaitSeen(world, place.namespace, 'data')
  // A second later, so that the API server's times tell which one came first.
  await new Promise(resolve => setTimeout(resolve, 1100))
  await addBackup(world, place, 'rival', { alias: `${place.namespace}/data` })
  await awaitSeen(world, place.namespace, 'rival')
  const ended = await backUp(world, place.namespace, 'rival')
  expectEnd(ended, 'Failed', 'IdentityConflict', `BackupConfiguration ${place.namespace}/data`, 'target.alias')
  const { name } = ended.spec.invoker
  const rival = await world.client.get<ConfigurationObject>(CONFIGURATIONS, name, place.namespace)
  expect(conditionOf(rival as never, 'IdentityConflict')).toMatchObject({ status: 'True' })
  expect(conditionOf(rival as never, 'Ready')).toMatchObject({ status: 'False' })
  const first = await backUp(world, place.namespace, 'data')
  expect(endOf(first).phase).toBe('Succeeded')
  expect(snapshotsOf(first)).toHaveLength(1)
  expect(first.spec.invoker.apiGroup).toBe(apiGroup)
})
