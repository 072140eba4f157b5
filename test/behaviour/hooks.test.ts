import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { ScheduledBackupProps } from '../../constructs/index.js'
import { addBackup, addRestore, awaitMaintained, awaitSeen } from './added-backup.js'
import { backUp } from './await-session.js'
import { Listener } from './listener.js'
import { type ProtectedClaim, protectedClaim } from './protected-claim.js'
import { conditionOf, expectEnd, snapshotsOf } from './session-end.js'
import { startWorld } from './start-world.js'
import { awaitEnd } from './started-session.js'
import type { World } from './world.js'

jest.setTimeout(180_000)

let world: World
let place: ProtectedClaim
let listener: Listener
beforeAll(async () => {
  world = await startWorld()
  place = await protectedClaim(world)
  listener = await Listener.start(world, place.namespace, 'application')
  expectEnd(await backUp(world, place.namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
  await awaitMaintained(world, place)
})
afterAll(() => world.stop())

const pre = 'PreBackupHookExecutionSucceeded'
const post = 'PostBackupHookExecutionSucceeded'

async function backedUp(name: string, props: Partial<ScheduledBackupProps>) {
  await addBackup(world, place, name, props)
  await awaitSeen(world, place.namespace, name)
  return backUp(world, place.namespace, name)
}

const at = (path: string) => ({ host: listener.host, port: listener.port, path })
const asked = async (text: string) => (await listener.seen()).filter(each => each.includes(text))

test.concurrent('requests go out before and after the backup, in this order', async () => {
  const form = [{ key: 'state', values: ['thawed'] }]
  const ended = await backedUp('ordered', {
    hooks: {
      preBackup: { httpPost: { ...at('/ordered/freeze'), body: 'now' } },
      postBackup: { httpPost: { ...at('/ordered/thaw'), form } },
    },
  })
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(await asked('/ordered/')).toEqual(['POST /ordered/freeze now', 'POST /ordered/thaw state=thawed'])
  for (const type of [pre, post])
    expect(conditionOf(ended, type)).toMatchObject({ status: 'True', reason: 'HookSucceeded' })
})

test.concurrent('a GET request succeeds on a redirect, and a port that is open is enough for tcpSocket', async () => {
  const { host, port } = listener
  const ended = await backedUp('sockets', {
    hooks: { preBackup: { tcpSocket: { host, port } }, postBackup: { httpGet: at('/status/302/sockets') } },
  })
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(await asked('/sockets')).toEqual(['GET /status/302/sockets'])
  for (const type of [pre, post])
    expect(conditionOf(ended, type)).toMatchObject({ status: 'True', reason: 'HookSucceeded' })
})

test.concurrent('a command runs in the Job’s pod, and sees the volume', async () => {
  const command = ['sh', '-c', 'grep -q a /holdfast-data/a.txt']
  const ended = await backedUp('command', { hooks: { preBackup: { exec: { command } } } })
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(conditionOf(ended, pre)).toMatchObject({ status: 'True', reason: 'HookSucceeded' })
})

test.concurrent('a hook before that fails keeps everything from being backed up, and the hook after still runs', async () => {
  const ended = await backedUp('refused', {
    hooks: { preBackup: { httpGet: at('/status/503/refused') }, postBackup: { httpGet: at('/refused/after') } },
  })
  expectEnd(ended, 'Failed', 'PreHookFailed', 'nothing was backed up', '/status/503/refused answered 503')
  expect(conditionOf(ended, pre)).toMatchObject({ status: 'False', reason: 'PreHookFailed' })
  expect(conditionOf(ended, post)).toMatchObject({ status: 'True' })
  expect(await asked('/refused')).toEqual(['GET /status/503/refused', 'GET /refused/after'])
  const host = `${place.namespace}/refused`
  expect(JSON.parse(await place.store.restic('snapshots', '--json', '--host', host))).toEqual([])
})

test.concurrent('a hook after that fails makes the session Failed, and the snapshot stays recorded', async () => {
  const command = ['sh', '-c', 'echo still frozen; exit 3']
  const ended = await backedUp('frozen', { hooks: { postBackup: { exec: { command } } } })
  expectEnd(ended, 'Failed', 'PostHookFailed', 'sh ended with 3', 'still frozen')
  expect(conditionOf(ended, post)).toMatchObject({ status: 'False', reason: 'PostHookFailed' })
  expect(conditionOf(ended, 'SnapshotConfirmed')).toMatchObject({ status: 'True' })
  const [snapshot] = snapshotsOf(ended)
  const stored = JSON.parse(await place.store.restic('snapshots', '--json', '--host', `${place.namespace}/frozen`))
  expect(stored).toMatchObject([{ id: snapshot?.id }])
})

test.concurrent('executionPolicy OnFailure leaves the hook out after a good backup', async () => {
  const hook = { httpGet: at('/on-failure/good'), executionPolicy: 'OnFailure' as const }
  const ended = await backedUp('on-failure-good', { hooks: { postBackup: hook } })
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(conditionOf(ended, post)).toMatchObject({ status: 'True', reason: 'HookSkipped' })
  expect(await asked('/on-failure/good')).toEqual([])
})

test.concurrent('executionPolicy OnFailure runs the hook after a failed backup', async () => {
  const hook = { httpGet: at('/on-failure/bad'), executionPolicy: 'OnFailure' as const }
  const ended = await backedUp('on-failure-bad', { paths: ['/holdfast-data/nowhere'], hooks: { postBackup: hook } })
  expectEnd(ended, 'Failed', 'PathMissing')
  expect(await asked('/on-failure/bad')).toHaveLength(1)
})

test.concurrent('executionPolicy OnSuccess leaves the hook out after a failed backup', async () => {
  const hook = { httpGet: at('/on-success/bad'), executionPolicy: 'OnSuccess' as const }
  const ended = await backedUp('on-success-bad', { paths: ['/holdfast-data/nowhere'], hooks: { postBackup: hook } })
  expectEnd(ended, 'Failed', 'PathMissing')
  expect(conditionOf(ended, post)).toMatchObject({ reason: 'HookSkipped' })
  expect(await asked('/on-success/bad')).toEqual([])
})

test.concurrent('hooks run before and after a restore', async () => {
  const hooks = { preRestore: { httpGet: at('/restore/before') }, postRestore: { httpGet: at('/restore/after') } }
  const object = await addRestore(world, place, 'hooked', { hooks, destination: '/holdfast-data/hooked' })
  const ended = await awaitEnd(world, object)
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  expect(await asked('/restore/')).toEqual(['GET /restore/before', 'GET /restore/after'])
  expect(conditionOf(ended, 'PostRestoreHookExecutionSucceeded')).toMatchObject({ status: 'True' })
})
