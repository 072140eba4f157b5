import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { configMaps, type Loose, Trial } from './trial.js'

let trial: Trial
beforeAll(async () => {
  trial = await Trial.start({ bookmarkEvery: 50 })
})
afterAll(() => trial.stop())

/** Reads a watch until `met` holds for what came so far, or the stream ends. */
async function watch(
  query: string,
  met: (events: Loose[]) => boolean,
  meanwhile?: () => Promise<void>,
): Promise<Loose[]> {
  const control = new AbortController()
  const response = await fetch(`${trial.sandbox.url}${configMaps}?watch=1&${query}`, { signal: control.signal })
  const acted = meanwhile?.()
  const events: Loose[] = []
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    events.push(...lines.map(line => JSON.parse(line)))
    if (met(events)) break
  }
  await acted
  control.abort()
  return events
}

const names = (events: Loose[]): string[] => events.map(event => `${event.type} ${event.object.metadata.name}`)

async function patch(name: string, body: Loose): Promise<void> {
  await trial.call('PATCH', `${configMaps}/${name}`, body, 'application/merge-patch+json')
}

describe('a watch', () => {
  test('without a revision begins with everything there is', async () => {
    await trial.create(configMaps, { metadata: { name: 'one', labels: { set: 'initial' } } })
    const events = await watch('labelSelector=set%3Dinitial', found => found.length === 1)
    expect(names(events)).toEqual(['ADDED one'])
  })

  test('from a revision brings exactly what came after it', async () => {
    const { metadata } = await trial.get(configMaps)
    await trial.create(configMaps, { metadata: { name: 'two' } })
    await patch('two', { data: { a: '1' } })
    await trial.call('DELETE', `${configMaps}/two`)
    const events = await watch(`resourceVersion=${metadata.resourceVersion}`, found => found.length === 3)
    expect(names(events)).toEqual(['ADDED two', 'MODIFIED two', 'DELETED two'])
    const revisions = events.map(event => Number(event.object.metadata.resourceVersion))
    expect([...revisions].sort((a, b) => a - b)).toEqual(revisions)
  })

  test('sees an object come into its selector and leave it', async () => {
    const { metadata } = await trial.get(configMaps)
    await trial.create(configMaps, { metadata: { name: 'mover', labels: { at: 'out' } } })
    await patch('mover', { metadata: { labels: { at: 'in' } } })
    await patch('mover', { data: { a: '1' } })
    await patch('mover', { metadata: { labels: { at: 'out' } } })
    const query = `labelSelector=at%3Din&resourceVersion=${metadata.resourceVersion}`
    const events = await watch(query, found => found.length === 3)
    expect(names(events)).toEqual(['ADDED mover', 'MODIFIED mover', 'DELETED mover'])
  })

  test('follows what happens while it is open', async () => {
    const events = await watch(
      'resourceVersion=0&fieldSelector=metadata.name%3Dlive',
      found => found.length === 1,
      async () => {
        await trial.create(configMaps, { metadata: { name: 'live' } })
      },
    )
    expect(names(events)).toEqual(['ADDED live'])
  })

  test('from a revision that is forgotten ends with an expired error', async () => {
    await trial.create(configMaps, { metadata: { name: 'three' } })
    trial.sandbox.compact()
    const [event] = await watch('resourceVersion=1', found => found.length === 1)
    expect(event).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })
  })

  test('sends bookmarks when they are allowed', async () => {
    const bookmarked = (found: Loose[]): boolean => found.some(event => event.type === 'BOOKMARK')
    const events = await watch('resourceVersion=0&allowWatchBookmarks=true', bookmarked)
    const bookmark = events.find(event => event.type === 'BOOKMARK')
    expect(bookmark.object).toMatchObject({ kind: 'ConfigMap', metadata: { resourceVersion: expect.any(String) } })
  })

  test('marks the end of the initial events when they are asked for', async () => {
    const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    const events = await watch(query, found => found.at(-1)?.type === 'BOOKMARK')
    expect(events.at(-1).object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
  })

  test('ends by itself after timeoutSeconds', async () => {
    const begun = Date.now()
    await watch('resourceVersion=0&timeoutSeconds=1', () => false)
    expect(Date.now() - begun).toBeLessThan(3000)
  })
})

describe('a fault', () => {
  test('can answer instead, cut the connection, or lose the answer of a write', async () => {
    trial.sandbox.injectFaults(request => (request.verb === 'list' ? { code: 429, retryAfter: 3 } : undefined))
    expect((await trial.call('GET', configMaps)).body).toMatchObject({ code: 429, reason: 'TooManyRequests' })
    trial.sandbox.injectFaults(request => (request.verb === 'create' ? 'reset' : undefined))
    await expect(trial.create(configMaps, { metadata: { name: 'reset' } })).rejects.toThrow()
    trial.sandbox.injectFaults(request => (request.verb === 'create' ? 'lose' : undefined))
    await expect(trial.create(configMaps, { metadata: { name: 'lost' } })).rejects.toThrow()
    trial.sandbox.injectFaults(undefined)
    expect((await trial.call('GET', `${configMaps}/reset`)).code).toBe(404)
    expect((await trial.call('GET', `${configMaps}/lost`)).code).toBe(200)
  })

  test('can pause the whole API', async () => {
    trial.sandbox.pauseApi()
    await sleep(50)
    const waiting = trial.call('GET', `${configMaps}/one`)
    const early = await Promise.race([waiting, sleep(200, 'waits')])
    expect(early).toBe('waits')
    trial.sandbox.resumeApi()
    expect((await waiting).code).toBe(200)
  })
})
