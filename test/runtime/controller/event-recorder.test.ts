import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EventRecorder, type EventRecorderOptions } from '../../../runtime/controller/event-recorder.js'
import { KubeClient } from '../../../runtime/kube/client.js'
import type { KubeObject } from '../../../runtime/kube/object.js'
import { pod } from '../kube/pod-fixture.js'
import { refuse, ScriptedServer, sendJson } from '../scripted-server.js'

let server: ScriptedServer
let client: KubeClient
let stored: Map<string, KubeObject>
let errors: unknown[]

beforeEach(async () => {
  stored = new Map()
  errors = []
  server = await ScriptedServer.start((response, request) => {
    const name = request.path.split('/')[6] ?? String((request.body as unknown as KubeObject).metadata.name)
    const known = stored.get(name)
    if (request.method === 'POST' && known) return refuse(response, 409, 'AlreadyExists')
    if (request.method === 'PATCH' && !known) return refuse(response, 404, 'NotFound')
    const object = { ...known, ...request.body } as KubeObject
    stored.set(name, object)
    sendJson(response, 200, object)
  })
  client = new KubeClient(server.endpoint)
})
afterEach(async () => {
  client.close()
  await server.close()
})

const recorder = (options: EventRecorderOptions = {}) =>
  new EventRecorder(client, { onError: error => errors.push(error), ...options })
const note = { type: 'Warning', reason: 'BackupFailed', message: 'The mover was killed.' } as const
const counts = () => [...stored.values()].map(event => event['count'])

describe('the event recorder', () => {
  test('writes an Event that kubectl describe finds', async () => {
    const events = recorder({ instance: 'pod-1' })
    events.record(pod('web', 7), note)
    await events.flush()
    const [event] = stored.values()
    expect(event).toMatchObject({
      ...note,
      count: 1,
      involvedObject: { kind: 'Pod', name: 'web', namespace: 'demo', uid: 'uid-web', resourceVersion: '7' },
      source: { component: 'holdfast-controller' },
      reportingInstance: 'pod-1',
    })
    expect(event?.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/)
  })

  test('the same reason and message about the same object is one Event with a growing count', async () => {
    const events = recorder()
    events.record(pod('web', 1), note)
    events.record(pod('web', 2), note)
    await events.flush()
    events.record(pod('web', 3), note)
    await events.flush()
    expect(counts()).toEqual([3])
    events.record(pod('web', 3), { ...note, message: 'Another message.' })
    await events.flush()
    expect(counts()).toEqual([3, 1])
  })

  test('the count goes on after a restart, without a permission to read events', async () => {
    for (let run = 0; run < 2; run++) {
      const events = recorder()
      events.record(pod('web', 1), note)
      await events.flush()
    }
    expect(counts()).toEqual([2])
    expect(server.requests.map(request => request.method)).toEqual(['POST', 'POST', 'PATCH', 'PATCH'])
  })

  test('an Event that expired in the meantime is written anew', async () => {
    const events = recorder()
    events.record(pod('web', 1), note)
    await events.flush()
    stored.clear()
    events.record(pod('web', 1), note)
    await events.flush()
    expect(counts()).toEqual([1])
  })

  test('a server that refuses harms neither the caller nor the next event', async () => {
    const { answer } = server
    server.answer = response => refuse(response, 403, 'Forbidden')
    const events = recorder()
    events.record(pod('web', 1), note)
    await events.flush()
    expect(errors).toHaveLength(1)
    server.answer = answer
    events.record(pod('web', 1), note)
    await events.flush()
    expect(counts()).toEqual([1])
  })

  test('above its rate events wait, and at the end those that wait are dropped and counted', async () => {
    const events = recorder({ burst: 3, perSecond: 0.001 })
    for (let i = 0; i < 10; i++) events.record(pod(`p${i}`, 1), note)
    await new Promise(resolve => setTimeout(resolve, 40))
    await events.stop()
    expect([stored.size, events.dropped]).toEqual([3, 7])
    events.record(pod('late', 1), note)
    expect(events.dropped).toBe(8)
  })

  test('an Event about a cluster-scoped object lives in the namespace default', async () => {
    const events = recorder()
    events.record({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } }, note)
    await events.flush()
    expect(server.requests[0]?.path).toBe('/api/v1/namespaces/default/events')
  })
})
