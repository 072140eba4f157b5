import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { KubeClient } from '../../../runtime/kube/client.js'
import type { KubeObject } from '../../../runtime/kube/object.js'
import { Reflector, type ReflectorOptions } from '../../../runtime/kube/reflector.js'
import { PODS } from '../../../runtime/kube/resource.js'
import { HastyClock } from '../hasty-clock.js'
import { type Answer, refuse, ScriptedServer, sendEvent, sendJson } from '../scripted-server.js'
import { until } from '../until.js'
import { pod, podList } from './pod-fixture.js'

let server: ScriptedServer
let client: KubeClient
let reflector: Reflector
let clock: HastyClock
let told: string[]
let errors: string[]
/** Watches that were opened and are held open. */
let open: ServerResponse[]

const hold: Answer = response => {
  response.writeHead(200).flushHeaders()
  open.push(response)
}

/** Scripts lists and watches apart; the last of each stays. */
function script(lists: Answer[], watches: Answer[] = [hold]) {
  let list = 0
  let watch = 0
  server.answer = (response, request) => {
    const answer = request.query.has('watch')
      ? watches[Math.min(watch++, watches.length - 1)]
      : lists[Math.min(list++, lists.length - 1)]
    answer?.(response, request)
  }
}

const listOf =
  (version: number, ...items: KubeObject[]): Answer =>
  response =>
    sendJson(response, 200, podList(version, items))

function reflect(options: ReflectorOptions = {}) {
  reflector = new Reflector(client.withDeadline(1000, 1), PODS, {
    clock,
    onChange: ({ type, object }) => told.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`),
    onError: (error, doing) => errors.push(`${doing}: ${error}`),
    ...options,
  })
  reflector.start()
}

const watches = () => server.requests.filter(request => request.query.has('watch'))
const lists = () => server.requests.filter(request => !request.query.has('watch'))

beforeEach(async () => {
  told = []
  errors = []
  open = []
  clock = new HastyClock()
  server = await ScriptedServer.start(() => undefined)
  client = new KubeClient(server.endpoint, { clock })
})
afterEach(async () => {
  await reflector.stop()
  client.close()
  await server.close()
})

describe('a reflector', () => {
  test('lists, then watches from the version of the list with bookmarks and a bounded time', async () => {
    script([listOf(10, pod('a', 3))])
    reflect({ namespace: 'demo', labelSelector: 'app=x' })
    await reflector.synced
    await until(() => open.length === 1)
    expect([reflector.hasSynced, reflector.relists, told]).toEqual([true, 1, ['added a@3']])
    const query = watches()[0]?.query
    expect([query?.get('resourceVersion'), query?.get('labelSelector')]).toEqual(['10', 'app=x'])
    expect(Number(query?.get('timeoutSeconds'))).toBeGreaterThanOrEqual(240)
    expect(Number(query?.get('timeoutSeconds'))).toBeLessThanOrEqual(360)
  })

  test('pages are put together and reduced before they are kept', async () => {
    script([
      response => sendJson(response, 200, podList(9, [pod('a', 1, { spec: { big: true } })], 'more')),
      listOf(10, pod('b', 2)),
    ])
    reflect({ transform: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata }) })
    await reflector.synced
    expect(reflector.list().map(object => Object.keys(object))).toEqual([
      ['apiVersion', 'kind', 'metadata'],
      ['apiVersion', 'kind', 'metadata'],
    ])
    expect(lists()[0]?.query.get('limit')).toBe('500')
  })

  test('managed fields are not kept, everything else is', async () => {
    script([listOf(10, pod('a', 1, { metadata: { managedFields: [{}], extra: 1 }, spec: { x: 1 } }))])
    reflect()
    await reflector.synced
    const { metadata, ...rest } = reflector.get('a', 'demo') ?? pod('none', 0)
    expect([metadata['managedFields'], metadata['extra'], rest['spec']]).toEqual([undefined, 1, { x: 1 }])
  })

  test('after a watch that ended in order it goes on from the last bookmark', async () => {
    const ended: Answer = response => {
      sendEvent(response, 'ADDED', pod('a', 11))
      sendEvent(response, 'BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '42' } })
      response.end()
    }
    script([listOf(10)], [ended, hold])
    reflect()
    await until(() => open.length === 1)
    expect(watches()[1]?.query.get('resourceVersion')).toBe('42')
    expect([told, reflector.relists, reflector.reconnects, errors]).toEqual([['added a@11'], 1, 1, []])
  })

  test('a handler that throws is reported and the next change still arrives', async () => {
    script([listOf(10, pod('a', 1), pod('b', 2))])
    const seen: string[] = []
    reflect({
      onChange: ({ object }) => {
        seen.push(object.metadata.name)
        throw new Error('handler bug')
      },
    })
    await until(() => open.length === 1)
    open[0]?.write(`${JSON.stringify({ type: 'ADDED', object: pod('c', 11) })}\n`)
    await until(() => seen.length === 3)
    expect(errors[0]).toBe('handling added Pod a: Error: handler bug')
    expect(reflector.reconnects).toBe(0)
  })

  test('lists again when its time has come', async () => {
    let now = 0
    const late = Object.assign(new HastyClock(), { now: () => now })
    script([listOf(10, pod('a', 1)), listOf(20)], [response => setTimeout(() => response.end(), 5), hold])
    reflect({ clock: late })
    await reflector.synced
    now = 3_600_001
    await until(() => told.includes('deleted a@1'))
    expect(reflector.relists).toBe(2)
  })

  test('objects are found by index', async () => {
    script([listOf(10, pod('a', 1), pod('b', 2))])
    reflect({ indexes: { first: object => [object.metadata.name[0] ?? ''] } })
    await reflector.synced
    expect(reflector.byIndex('first', 'b').map(object => object.metadata.name)).toEqual(['b'])
  })

  test('stopped before the first list, it rejects and delivers nothing afterwards', async () => {
    script([response => setTimeout(() => listOf(10, pod('a', 1))(response, server.requests[0] as never), 20)])
    reflect()
    await until(() => server.requests.length === 1)
    await reflector.stop()
    await expect(reflector.synced).rejects.toThrow('The reflector of pods was stopped.')
    expect(told).toEqual([])
  })

  test('stopped while its watch connects, it leaves no connection behind', async () => {
    let closed = false
    script([listOf(10)], [response => response.on('close', () => (closed = true))])
    reflect()
    await until(() => watches().length === 1)
    await reflector.stop()
    await until(() => closed)
    expect(watches()).toHaveLength(1)
  })

  test('a first list that is refused is repeated until it succeeds', async () => {
    script([response => refuse(response, 503, 'ServiceUnavailable'), r => r.socket?.resetAndDestroy(), listOf(1)])
    reflect()
    await reflector.synced
    expect(errors).toHaveLength(2)
  })
})
