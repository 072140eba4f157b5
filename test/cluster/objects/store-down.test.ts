import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { Backend, Repository, Retention, Schedule, VolumeBackup } from '../../../constructs/index.js'
import { BACKUP_SESSIONS, type BackupSessionObject } from '../../../runtime/controller/objects.js'
import { awaitMaintained, awaitSeen } from '../../behaviour/added-backup.js'
import { backUp, hasEnded } from '../../behaviour/await-session.js'
import { eventually } from '../../behaviour/eventually.js'
import { manualSession } from '../../behaviour/manual-session.js'
import { ownTask, removeOwnTasks, type Step } from '../../behaviour/own-task.js'
import { policy } from '../../behaviour/policy.js'
import { endOf, expectEnd } from '../../behaviour/session-end.js'
import { startWorld } from '../../behaviour/start-world.js'
import type { TestStore, World } from '../../behaviour/world.js'
import { recordFigures } from '../../faults/figures.js'
import { controllerRequests } from '../audit-log.js'
import { Gate } from './gate.js'
import { expectIntact, snapshotsAt } from './intact.js'
import { sized } from './size.js'

const policies = sized(6, 50)
/** Firings of each policy while the store is down: an hour of a policy that fires every half hour. */
const rounds = 2
const maxRetry = 1
const patience = sized(200, 1500)
jest.setTimeout((patience * 4 + 120) * 1000)

let world: World
let namespace: string
let store: TestStore
let gate: Gate
const names = Array.from({ length: policies }, (_, index) => `policy-${index}`)

beforeAll(async () => {
  world = await startWorld()
  namespace = await world.namespace()
  await world.claim(namespace, 'data')
  await (await world.files(namespace, 'data')).write('a.txt', 'a\n')
  store = await world.store('rest', namespace, 'store-keys')
  gate = await Gate.to(store.backend.rest?.url ?? '')
  // The built-in step waits a minute and a half for a store; an hour of outage has to pass within minutes here.
  const steps: Step[] = [{ name: 'impatient', of: 'pvc-backup', args: ['--open-patience=1'] }, 'update-status']
  const objects = policy(world, namespace, chart => {
    const backend = Backend.rest({ url: gate.url, secretName: 'store-keys' })
    const repository = new Repository(chart, 'store', { backend, maxConcurrentSessions: 4 })
    const task = ownTask(chart, world.image, 'impatient', steps)
    const shared = { claim: 'data', repository, task, schedule: Schedule.cron('0 3 * * *') }
    for (const name of names) {
      const retention = Retention.keep({ last: 5 })
      const retryConfig = { maxRetry, delay: '2s' }
      new VolumeBackup(chart, name, { ...shared, retention, retryConfig, alias: `${namespace}/${name}` })
    }
  })
  await world.apply(...objects)
  await awaitSeen(world, namespace, names.at(-1) ?? '')
  expectEnd(await backUp(world, namespace, 'policy-0'), 'Succeeded', 'SnapshotConfirmed')
  await awaitMaintained(world, { namespace, claim: 'data', repository: 'store' })
})
afterAll(async () => {
  await gate.shut()
  await removeOwnTasks(world)
  await world.stop()
})

/** One session of each policy, all at once, as they ended. */
async function fireAll(): Promise<BackupSessionObject[]> {
  const made = names.map(name => manualSession(namespace, name))
  for (const session of made) await world.client.create(BACKUP_SESSIONS, session)
  const wanted = new Set(made.map(each => each.metadata.name))
  const list = async () => {
    const { items } = await world.client.list<BackupSessionObject>(BACKUP_SESSIONS, { namespace })
    return items.filter(each => wanted.has(each.metadata.name))
  }
  return eventually(
    async () => {
      const found = await list()
      return found.length === wanted.size && found.every(hasEnded) ? found : undefined
    },
    patience,
    async () => JSON.stringify((await list()).map(endOf), undefined, 1),
  )
}

const jobsSince = async (since: Date) =>
  (await controllerRequests(namespace, since)).filter(
    ({ verb, resource, code }) => verb === 'create' && resource === 'jobs' && code === 201,
  ).length

test('a store that is down costs each session its attempts and no Job more, and every session says that it is the store', async () => {
  await gate.shut()
  const began = new Date()
  let attempts = 0
  for (let round = 0; round < rounds; round++) {
    const ended = await fireAll()
    for (const each of ended) expectEnd(each, 'Failed', 'BackendUnreachable', new URL(gate.url).host)
    attempts += ended.reduce((sum, each) => sum + (each.status?.attempt ?? 0), 0)
  }
  const sessions = policies * rounds
  const jobs = await jobsSince(began)
  expect(attempts).toBe(sessions * (1 + maxRetry))
  expect(jobs).toBe(attempts)
  recordFigures('cluster-objects-store-down', {
    policies,
    sessions,
    jobs,
    jobsPerSession: jobs / sessions,
    minutes: Math.round((Date.now() - began.getTime()) / 6000) / 10,
  })
})

test('when the store is back the next session of every policy succeeds, and the repository is as it was', async () => {
  const before = await snapshotsAt(store, `${namespace}/policy-0`)
  await gate.reopen()
  for (const each of await fireAll()) expectEnd(each, 'Succeeded', 'SnapshotConfirmed')
  const after = await snapshotsAt(store, `${namespace}/policy-0`)
  expect(after.map(each => each.id)).toEqual([...before.map(each => each.id), expect.any(String)])
  await expectIntact(store)
})
