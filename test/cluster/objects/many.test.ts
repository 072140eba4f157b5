import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Chart } from 'cdk8s'
import { Backend, type IRepository, Repository, Retention, Schedule, VolumeBackup } from '../../../constructs/index.js'
import { BACKUP_SESSIONS, type BackupSessionObject } from '../../../runtime/controller/objects.js'
import { hasEnded } from '../../behaviour/await-session.js'
import { eventually } from '../../behaviour/eventually.js'
import { policy } from '../../behaviour/policy.js'
import { endOf, expectEnd, jobsOf } from '../../behaviour/session-end.js'
import { startWorld } from '../../behaviour/start-world.js'
import { VolumeFolder } from '../../behaviour/volume-folder.js'
import type { TestStore, World } from '../../behaviour/world.js'
import { recordFigures } from '../../faults/figures.js'
import { controllerRequests } from '../audit-log.js'
import { expectIntact, snapshotsAt } from './intact.js'
import { full, sized } from './size.js'

const count = sized(12, 50)
const patience = sized(300, 1200)
jest.setTimeout((patience * 2 + 600) * 1000)

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

// Both at once would measure the scheduler when the numbers are the full ones.
const fires = full ? test : test.concurrent
const names = Array.from({ length: count }, (_, index) => `policy-${index}`)

/** A namespace with a claim that all policies protect, and a store. */
async function ground(): Promise<{ namespace: string; store: TestStore }> {
  const namespace = await world.namespace()
  await world.claim(namespace, 'data')
  await (await world.files(namespace, 'data')).write('a.txt', 'a\n')
  return { namespace, store: await world.store('local', namespace, 'store-keys') }
}

const claimOf = (store: TestStore) => store.backend.local?.persistentVolumeClaim?.claimName ?? ''

/** Writes all policies so that they fire in one and the same minute, and waits until every session has ended. */
async function fired(namespace: string, lead: number, repositoryOf: (chart: Chart, name: string) => IRepository) {
  const slot = new Date(Math.ceil((Date.now() + lead * 1000) / 60_000) * 60_000)
  const schedule = Schedule.cron(`${slot.getUTCMinutes()} ${slot.getUTCHours()} * * *`)
  const objects = policy(world, namespace, chart => {
    for (const name of names) {
      const retention = Retention.keep({ last: 5 })
      const repository = repositoryOf(chart, name)
      new VolumeBackup(chart, name, { claim: 'data', repository, schedule, retention, alias: `${namespace}/${name}` })
    }
  })
  await world.apply(...objects)
  expect(Date.now()).toBeLessThan(slot.getTime())
  const list = async () => (await world.client.list<BackupSessionObject>(BACKUP_SESSIONS, { namespace })).items
  const sessions = await eventually(
    async () => {
      const found = await list()
      return found.length === count && found.every(hasEnded) ? found : undefined
    },
    lead + 60 + patience,
    async () => JSON.stringify((await list()).map(endOf), undefined, 1),
  )
  return { sessions, slot }
}

/** The most sessions that ran at once; one that ends in the second in which another begins made room for it. */
function mostAtOnce(sessions: readonly BackupSessionObject[]): number {
  const changes = sessions.flatMap(({ status }) => [
    { at: Date.parse(status?.startTime ?? ''), by: 1 },
    { at: Date.parse(status?.completionTime ?? ''), by: -1 },
  ])
  let now = 0
  let most = 0
  for (const { by } of changes.sort((a, b) => a.at - b.at || a.by - b.by)) {
    now += by
    most = Math.max(most, now)
  }
  return most
}

/** Every session is good, has one Job, and none was made beside those that the sessions and the store need. */
async function expectOneJobEach(
  namespace: string,
  sessions: readonly BackupSessionObject[],
  slot: Date,
  stores: number,
) {
  for (const each of sessions) expectEnd(each, 'Succeeded', 'SnapshotConfirmed')
  expect(new Set(sessions.map(each => each.spec.invoker.name)).size).toBe(count)
  for (const each of sessions) expect(await jobsOf(world, each)).toHaveLength(1)
  const requests = await controllerRequests(namespace, slot)
  const jobs = requests.filter(({ verb, resource, code }) => verb === 'create' && resource === 'jobs' && code === 201)
  const movers = jobs.filter(({ name }) => sessions.some(each => each.status?.jobName === name))
  expect(movers).toHaveLength(count)
  const last = Math.max(...sessions.map(({ status }) => Date.parse(status?.completionTime ?? '')))
  return {
    sessions: sessions.length,
    moverJobs: movers.length,
    otherJobs: jobs.length - movers.length,
    repositories: stores,
    mostAtOnce: mostAtOnce(sessions),
    secondsFromSlotToLastEnd: Math.round((last - slot.getTime()) / 1000),
    apiRequestsPerSession: Math.round((requests.length / sessions.length) * 10) / 10,
  }
}

fires(
  `${count} policies that fire in one minute on one repository all succeed, in turns, with one Job each`,
  async () => {
    const { namespace, store } = await ground()
    const limit = 4
    let shared: IRepository | undefined
    const { sessions, slot } = await fired(namespace, sized(15, 40), chart => {
      const backend = Backend.local({ claimName: claimOf(store), subPath: 'repository', secretName: 'store-keys' })
      shared ??= new Repository(chart, 'store', { backend, maxConcurrentSessions: limit })
      return shared
    })
    const figures = await expectOneJobEach(namespace, sessions, slot, 1)
    expect(figures.mostAtOnce).toBeLessThanOrEqual(limit)
    recordFigures('cluster-objects-one-repository', figures)
    for (const name of names) expect(await snapshotsAt(store, `${namespace}/${name}`)).toHaveLength(1)
    await expectIntact(store)
  },
)

fires(`${count} policies that fire in one minute on as many repositories all succeed, with one Job each`, async () => {
  const { namespace, store } = await ground()
  const { sessions, slot } = await fired(namespace, sized(15, 40), (chart, name) => {
    const backend = Backend.local({ claimName: claimOf(store), subPath: name, secretName: 'store-keys' })
    return new Repository(chart, `store-${name}`, { backend })
  })
  const figures = await expectOneJobEach(namespace, sessions, slot, count)
  recordFigures('cluster-objects-many-repositories', figures)
  const folder = await world.files(namespace, claimOf(store))
  if (!(folder instanceof VolumeFolder)) throw new Error('the store is no folder of this machine')
  for (const name of names) {
    const at = join(folder.root, name)
    await expectIntact({ ...store, restic: (...args) => store.restic('--repo', at, ...args) })
  }
})
