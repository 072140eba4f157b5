import { expect, test } from '@jest/globals'
import type { Notification } from '../../../lib/api/notification.js'
import { findCondition } from '../../../lib/conditions.js'
import { createCaches } from '../../../runtime/controller/caches.js'
import { DepartedPods } from '../../../runtime/controller/departed-pods.js'
import type { Note } from '../../../runtime/controller/event-notes.js'
import type { EventRecorder } from '../../../runtime/controller/event-recorder.js'
import { KeyedLock } from '../../../runtime/controller/keyed-lock.js'
import type { BackupSessionObject } from '../../../runtime/controller/objects.js'
import { SessionReconciler } from '../../../runtime/controller/session/reconciler.js'
import type { SessionPush } from '../../../runtime/controller/session-push.js'
import { ApiError } from '../../../runtime/kube/api-error.js'
import type { KubeClient } from '../../../runtime/kube/client.js'
import type { KubeObject } from '../../../runtime/kube/object.js'
import type { Resource } from '../../../runtime/kube/resource.js'
import { at, backupSession, begun, configuration, now, repository, settings } from './observation.js'

const ignore = () => undefined
const httpPost = { urlFrom: { secretKeyRef: { name: 'chat', key: 'url' } } }
const notifications: Notification[] = [{ name: 'chat', on: ['Succeeded'], httpPost }]
const owed = { type: 'NotificationsSent', status: 'Unknown' as const, reason: 'NotificationsPending', message: 'a Job' }
const full = 'exceeded quota: jobs, used: count/jobs.batch=1'

/** A session that has just ended, in a namespace whose quota of Jobs is full until `room` says otherwise. */
function ended() {
  const created: KubeObject[] = []
  const notes: Note[] = []
  const world: { room: boolean; now: Date; stored?: BackupSessionObject } = { room: false, now }
  const client = {
    tryGet: async () => undefined,
    list: async () => ({ items: [] }),
    create: async (_resource: Resource, object: KubeObject) => {
      if (!world.room) throw new ApiError(403, 'Forbidden', full)
      created.push(object)
      return object
    },
    replaceStatus: async (_resource: Resource, object: BackupSessionObject) => {
      world.stored = object
      return object
    },
  } as unknown as KubeClient
  const caches = createCaches(client, ignore, ignore)
  caches.repositories.observe(repository())
  caches.configurations.observe(configuration({ hooks: { notifications } }))
  const over = begun({
    phase: 'Succeeded',
    completionTime: at(-1),
    conditions: [{ ...owed, lastTransitionTime: at(-1) }],
  })
  caches.backups.observe(backupSession(over))
  const reconciler = new SessionReconciler({
    client,
    caches,
    settings,
    departed: new DepartedPods(),
    events: { record: (_about: KubeObject, note: Note) => notes.push(note) } as unknown as EventRecorder,
    push: { failed: async () => undefined } as unknown as SessionPush,
    admission: new KeyedLock(),
    now: () => world.now,
    fence: ignore,
  })
  const told = () => findCondition(world.stored?.status?.conditions, 'NotificationsSent')
  return {
    world,
    created,
    notes,
    told,
    reconcile: () => reconciler.reconcile('BackupSession', 'shop', 'data-202611221159'),
  }
}

test('a notify Job that a quota refuses is owed until there is room, and then sent', async () => {
  const { world, created, notes, told, reconcile } = ended()
  // Whoever throws is tried again, with growing pauses.
  await expect(reconcile()).rejects.toThrow(full)
  expect(told()).toMatchObject({ status: 'Unknown', reason: 'NotificationsPending' })
  expect(told()?.message).toContain(full)
  world.room = true
  await reconcile()
  expect(created.map(each => each.metadata.labels?.['holdfast.dev/job'])).toEqual(['notify'])
  expect([told()?.status, notes]).toEqual(['Unknown', []])
})

test('a notify Job that is refused for an hour is given up, with a condition and an event that say why', async () => {
  const { world, created, notes, told, reconcile } = ended()
  await expect(reconcile()).rejects.toThrow(full)
  world.now = new Date(now.getTime() + 3_600_000)
  expect(await reconcile()).toBeUndefined()
  expect(told()).toMatchObject({ status: 'False', reason: 'NotificationFailed' })
  expect(told()?.message).toContain(full)
  expect(notes).toEqual([expect.objectContaining({ type: 'Warning', reason: 'NotificationFailed' })])
  expect(notes[0]?.message).toContain(full)
  expect(created).toEqual([])
})
