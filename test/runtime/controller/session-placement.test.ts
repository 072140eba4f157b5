import { expect, test } from '@jest/globals'
import { createCaches } from '../../../runtime/controller/caches.js'
import { DepartedPods } from '../../../runtime/controller/departed-pods.js'
import type { EventRecorder } from '../../../runtime/controller/event-recorder.js'
import { KeyedLock } from '../../../runtime/controller/keyed-lock.js'
import { SessionReconciler } from '../../../runtime/controller/session/reconciler.js'
import type { SessionStatus } from '../../../runtime/controller/session/session-status.js'
import type { SessionPush } from '../../../runtime/controller/session-push.js'
import type { KubeClient } from '../../../runtime/kube/client.js'
import type { KubeObject } from '../../../runtime/kube/object.js'
import { PODS, type Resource } from '../../../runtime/kube/resource.js'
import { backupSession, builtIn, configuration, now, repository, settings } from './observation.js'

const ignore = () => undefined

/** What the controller asks and creates for one session, while a pod on node2 has the claim. */
async function reconciled(status: SessionStatus, maxConcurrentSessions = 4) {
  const lists: string[] = []
  const created: KubeObject[] = []
  const user = { spec: { nodeName: 'node2', volumes: [{ persistentVolumeClaim: { claimName: 'data' } }] } }
  const client = {
    tryGet: async () => undefined,
    list: async (resource: Resource) => {
      lists.push(resource.plural)
      return { items: resource === PODS ? [user] : [] }
    },
    create: async (_resource: Resource, object: KubeObject) => {
      created.push(object)
      return object
    },
    replaceStatus: async (_resource: Resource, object: KubeObject) => object,
  } as unknown as KubeClient
  const caches = createCaches(client, ignore, ignore)
  caches.repositories.observe(repository({ maxConcurrentSessions }))
  caches.configurations.observe(configuration())
  caches.backups.observe(backupSession(status))
  const { name: task, spec, functions } = builtIn('pvc-backup')
  const apiVersion = 'holdfast.dev/v1alpha1'
  caches.tasks.observe({ apiVersion, kind: 'Task', metadata: { name: task }, spec })
  for (const [name, each] of Object.entries(functions))
    caches.functions.observe({ apiVersion, kind: 'Function', metadata: { name }, spec: each })
  caches.claims.observe({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'shop' },
    spec: { accessModes: ['ReadWriteOnce'] },
    status: { phase: 'Bound' },
  })
  const reconciler = new SessionReconciler({
    client,
    caches,
    settings,
    departed: new DepartedPods(),
    events: { record: ignore } as unknown as EventRecorder,
    push: { failed: async () => undefined } as unknown as SessionPush,
    admission: new KeyedLock(),
    now: () => now,
    fence: ignore,
  })
  await reconciler.reconcile('BackupSession', 'shop', 'data-202611221159')
  return { lists, created }
}

test('a mover goes to the node of the pod that has its claim', async () => {
  const { created } = await reconciled({})
  expect(JSON.stringify(created[0]?.['spec'])).toContain(
    '"matchFields":[{"key":"metadata.name","operator":"In","values":["node2"]}]',
  )
})

test('a Job that an ended controller only announced goes to the node of its claim, too', async () => {
  const { created } = await reconciled({ phase: 'Running', attempt: 1, jobName: 'announced' })
  expect(created.map(({ metadata }) => metadata.name)).toEqual(['announced'])
  expect(JSON.stringify(created[0]?.['spec'])).toContain('"values":["node2"]')
})

test('a session that waits for its turn does not ask where its pod would run', async () => {
  expect(await reconciled({}, 0)).toEqual({ lists: [], created: [] })
})
