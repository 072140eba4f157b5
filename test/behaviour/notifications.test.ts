import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { Notify, type ScheduledBackupProps } from '../../constructs/index.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  RESTORE_SESSIONS,
  type SessionObject,
} from '../../runtime/controller/objects.js'
import { EVENTS } from '../../runtime/kube/resource.js'
import { addBackup, addRestore, awaitMaintained, awaitSeen } from './added-backup.js'
import { awaitObject, backUp } from './await-session.js'
import { eventually } from './eventually.js'
import { Listener } from './listener.js'
import { type ProtectedClaim, protectedClaim } from './protected-claim.js'
import { conditionOf, expectEnd, jobsOf, snapshotsOf } from './session-end.js'
import { startWorld } from './start-world.js'
import { awaitEnd } from './started-session.js'
import type { World } from './world.js'

jest.setTimeout(180_000)

const token = 'T0K3N-which-nobody-may-read'
let world: World
let place: ProtectedClaim
let listener: Listener
beforeAll(async () => {
  world = await startWorld()
  place = await protectedClaim(world)
  listener = await Listener.start(world, place.namespace, 'chat')
  const url = (path: string) => `http://${listener.host}:${listener.port}/${path}`
  await world.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'receivers', namespace: place.namespace },
    stringData: { ping: url(`ping/${token}`), slack: url(`slack/${token}`), refused: url(`status/403/${token}`) },
  } as never)
  const held = (value: Uint8Array | string) => Buffer.from(value).toString('base64')
  await world.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'spoilt', namespace: place.namespace },
    data: {
      nul: held(`${url('spoilt')}\0${token}`),
      binary: held(Buffer.from([0xff, 0xfe, 0x00, 0x80])),
      long: held(url('spoilt').padEnd(140_000, 'x')),
    },
  } as never)
  expectEnd(await backUp(world, place.namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
  await awaitMaintained(world, place)
})
afterAll(() => world.stop())

const secret = (key: string) => ({ secretName: 'receivers', key })
const all = ['Succeeded', 'PartiallySucceeded', 'Failed', 'Skipped'] as const

async function backedUp(name: string, props: Partial<ScheduledBackupProps>) {
  await addBackup(world, place, name, props)
  await awaitSeen(world, place.namespace, name)
  return toldOf(await backUp(world, place.namespace, name))
}

/** The session once nobody is left who waits to be told. */
function toldOf<T extends SessionObject>(session: T): Promise<T> {
  const { name, namespace } = session.metadata
  const resource = session.kind === 'BackupSession' ? BACKUP_SESSIONS : RESTORE_SESSIONS
  const settled = (each: T) => ['True', 'False'].includes(conditionOf(each, 'NotificationsSent')?.status ?? '')
  return awaitObject<T>(world, resource, namespace, name, settled)
}

const requestsWith = async (text: string) => (await listener.seen()).filter(each => each.includes(text))
const at = (path: string) => `http://${listener.host}:${listener.port}${path}`

async function eventsOf({ metadata }: SessionObject, reason: string) {
  const fieldSelector = `involvedObject.uid=${metadata.uid},reason=${reason}`
  return eventually(
    async () => {
      const { items } = await world.client.list(EVENTS, { namespace: metadata.namespace, fieldSelector })
      return items.length === 0 ? undefined : items.map(each => String(each['message']))
    },
    20,
    () => `no event ${reason} about ${metadata.name}`,
  )
}

test.concurrent('a check is pinged at the beginning and at the end of a backup, with the session’s own id', async () => {
  const ended = await backedUp('pinged', { notify: [Notify.healthchecks({ url: secret('ping') })] })
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(conditionOf(ended, 'NotificationsSent')).toMatchObject({ status: 'True', reason: 'NotificationsSent' })
  const uid = ended.metadata.uid ?? ''
  const pings = await requestsWith(`rid=${uid}`)
  expect(pings.map(each => each.split(' ').slice(0, 2).join(' '))).toEqual([
    `POST /ping/${token}/start?rid=${uid}`,
    `POST /ping/${token}?rid=${uid}`,
  ])
  expect(pings[1]).toContain(`${ended.metadata.name} Succeeded: SnapshotConfirmed`)
})

test.concurrent('a webhook is given what the session’s status says of a good backup', async () => {
  const ended = await backedUp('summed', { notify: [Notify.webhook({ url: at('/summed') })] })
  const [request = ''] = await requestsWith('/summed')
  const [snapshot] = snapshotsOf(ended)
  expect(JSON.parse(request.slice('POST /summed '.length))).toMatchObject({
    ...{ kind: 'BackupSession', namespace: place.namespace, configuration: 'summed', phase: 'Succeeded', attempt: 1 },
    ...{ reason: 'SnapshotConfirmed', target: 'data', repository: `${place.namespace}/store` },
    ...{ session: ended.metadata.name, sessionUid: ended.metadata.uid, snapshots: [snapshot?.id] },
    ...{ bytesAdded: snapshot?.uploadedBytes, bytesProcessed: snapshot?.totalBytes },
    files: { total: snapshot?.fileStats?.totalFiles },
  })
})

test.concurrent('a chat hears of a failure, and nobody reads its URL', async () => {
  const ended = await backedUp('failing', {
    paths: ['/holdfast-data/nowhere'],
    notify: [Notify.slack({ url: secret('slack') }), Notify.webhook({ url: at('/failing'), on: ['Succeeded'] })],
  })
  expectEnd(ended, 'Failed', 'PathMissing')
  const [request = ''] = await requestsWith(`Failed: ${place.namespace}/failing`)
  expect(request).toContain(`POST /slack/${token} `)
  expect(JSON.parse(request.slice(request.indexOf('{'))).attachments[0].blocks.at(-1).text.text).toContain('nowhere')
  expect(await requestsWith('/failing')).not.toContainEqual(expect.stringContaining('POST /failing'))
  const jobs = await jobsOf(world, ended)
  expect(jobs.map(each => each.metadata.labels?.['holdfast.dev/job'])).toContain('notify')
  expect(JSON.stringify([ended, jobs])).not.toContain(token)
})

test.concurrent('a receiver that refuses is a condition and an event, and changes nothing about the backup', async () => {
  const ended = await backedUp('unheard', { notify: [Notify.webhook({ url: secret('refused') })] })
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  const message = 'webhook: POST to the URL of Secret receivers (refused) answered 403'
  expect(conditionOf(ended, 'NotificationsSent')).toMatchObject({
    status: 'False',
    reason: 'NotificationFailed',
    message,
  })
  const [said = ''] = await eventsOf(ended, 'NotificationFailed')
  expect(said).toContain(message)
  expect(said).not.toContain(token)
})

test.concurrent('a Secret that is not there keeps neither the backup nor the others from their part', async () => {
  const absent = { url: { secretName: 'absent' } }
  const ended = await backedUp('absent', {
    notify: [Notify.healthchecks(absent), Notify.webhook({ url: at('/absent') })],
  })
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(conditionOf(ended, 'NotificationsSent')?.message).toContain('Secret absent is not there')
  expect(await requestsWith('POST /absent')).toHaveLength(1)
  expect((await eventsOf(ended, 'NotificationFailed')).join()).toContain('Nobody heard that the attempt began')
})

test.concurrent('a Secret that holds no text, or too much of it, costs no backup either, and somebody is told why', async () => {
  const on = ['Started', 'Succeeded'] as const
  const keys = ['nul', 'binary', 'long']
  const notify = keys.map(key => Notify.webhook({ name: key, url: { secretName: 'spoilt', key }, on }))
  const ended = await backedUp('spoilt', { notify: [...notify, Notify.webhook({ url: at('/not-spoilt'), on })] })
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  const problems = [
    'nul: what Secret spoilt holds at key nul is no text: it has a NUL',
    'binary: what Secret spoilt holds at key binary is no text',
    'long: what Secret spoilt holds at key long has 140000 bytes; at most 32768 are taken',
  ]
  const condition = conditionOf(ended, 'NotificationsSent')
  expect(condition).toMatchObject({ status: 'False', reason: 'NotificationFailed' })
  const events = (await eventsOf(ended, 'NotificationFailed')).join()
  expect(events).toContain('Nobody heard that the attempt began')
  for (const problem of problems) {
    expect(condition?.message).toContain(problem)
    expect(events).toContain(problem)
  }
  expect(await requestsWith('POST /not-spoilt')).toHaveLength(2)
})

test.concurrent('a session that never had a pod is told of all the same', async () => {
  const ended = await backedUp('podless', {
    claim: 'nowhere',
    startDeadline: '3s',
    notify: [Notify.webhook({ url: at('/podless') })],
  })
  expectEnd(ended, 'Failed', 'TargetNotFound')
  const [request = ''] = await requestsWith('/podless')
  expect(JSON.parse(request.slice('POST /podless '.length))).toMatchObject({
    ...{ phase: 'Failed', reason: 'TargetNotFound', attempt: 0, target: 'nowhere' },
  })
})

test.concurrent('a session that was left out is told of when somebody asks for that', async () => {
  const { namespace } = place
  await addBackup(world, place, 'left-out', {
    paused: true,
    notify: [Notify.webhook({ url: at('/left-out'), on: all })],
  })
  await awaitSeen(world, namespace, 'left-out')
  const session = {
    apiVersion: 'holdfast.dev/v1alpha1',
    kind: 'BackupSession',
    metadata: { name: 'left-out-1', namespace, annotations: { 'holdfast.dev/scheduled-at': '2026-11-22T03:00:00Z' } },
    spec: { invoker: { apiGroup: 'holdfast.dev', kind: 'BackupConfiguration', name: 'left-out' } },
  }
  const made = await world.client.create<BackupSessionObject>(BACKUP_SESSIONS, session as BackupSessionObject)
  expectEnd(await toldOf(made), 'Skipped', 'Paused')
  expect((await requestsWith('/left-out')).join()).toContain('"phase":"Skipped"')
})

test.concurrent('a hook’s body is filled too, and fails the session when nobody takes it, as hooks do', async () => {
  const body = '{"text": "$(PHASE) $(TARGET), \\"$(REPOSITORY)\\""}'
  const { host, port } = listener
  const ended = await (async () => {
    await addBackup(world, place, 'hooked', {
      hooks: { postBackup: { httpPost: { host, port, path: '/status/500/hooked?$(NAMESPACE)', body } } },
    })
    await awaitSeen(world, place.namespace, 'hooked')
    return backUp(world, place.namespace, 'hooked')
  })()
  expectEnd(ended, 'Failed', 'PostHookFailed', 'answered 500')
  expect(await requestsWith('/hooked')).toEqual([
    `POST /status/500/hooked?${place.namespace} {"text": "Succeeded data, \\"${place.namespace}/store\\""}`,
  ])
})

test.concurrent('a restore tells how it ended', async () => {
  const notify = [Notify.webhook({ url: at('/restored') })]
  const object = await addRestore(world, place, 'restored', { notify, destination: '/holdfast-data/restored' })
  const ended = await toldOf(await awaitEnd(world, object))
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  const [request = ''] = await requestsWith('/restored')
  expect(JSON.parse(request.slice('POST /restored '.length))).toMatchObject({
    ...{ kind: 'RestoreSession', phase: 'Succeeded', bytesProcessed: 4 },
    files: { total: ended.status?.stats?.[0]?.filesRestored },
  })
})
