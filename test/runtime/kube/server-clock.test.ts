import { beforeEach, describe, expect, test } from '@jest/globals'
import { KubeClient } from '../../../runtime/kube/client.js'
import { PODS } from '../../../runtime/kube/resource.js'
import { ServerClock } from '../../../runtime/kube/server-clock.js'
import { ScriptedServer, sendJson } from '../scripted-server.js'
import { pod } from './pod-fixture.js'

const noon = Date.UTC(2026, 0, 1, 12)
const hour = 3_600_000

let monotonic: number
let wall: number
let clock: ServerClock
const shown = () => clock.date().getTime()

beforeEach(() => {
  monotonic = 1000
  wall = noon
  clock = new ServerClock({ now: () => monotonic, date: () => new Date(wall), after: () => () => undefined })
})

describe('time as the API server has it', () => {
  test('a wall clock that jumps is not followed; time goes on as the monotonic clock does', () => {
    monotonic += 60_000
    wall += hour
    expect(shown()).toBe(noon + 60_000)
  })

  test.each([-hour, hour])('a machine that is wrong by an hour is put right by the first answer (%d)', wrong => {
    clock.heard(noon + wrong, 0)
    expect(Math.abs(shown() - noon - wrong)).toBeLessThan(1000)
    monotonic += 60_000
    expect(Math.abs(shown() - noon - wrong - 60_000)).toBeLessThan(1000)
  })

  test('the whole seconds of the header, and differences that any two machines have, move nothing', () => {
    for (const apart of [-4000, -1000, 0, 1000, 4000]) clock.heard(noon + apart, 0)
    expect(shown()).toBe(noon)
  })

  test('an answer that was on its way for long sets nothing back', () => {
    clock.heard(noon - 25_000, 25_000)
    expect(shown()).toBe(noon)
    clock.heard(noon - 40_000, 25_000)
    expect(shown()).toBe(noon - 39_500)
  })

  test('a client tells the Date header of each answer, of watches too', async () => {
    const server = await ScriptedServer.start((response, request) => {
      response.setHeader('Date', new Date(noon + hour).toUTCString())
      if (request.query.has('watch')) response.end()
      else sendJson(response, 200, pod('web', 1))
    })
    const client = new KubeClient(server.endpoint)
    const heard: number[] = []
    client.onDate((at, tookMs) => {
      heard.push(at)
      expect(tookMs).toBeGreaterThanOrEqual(0)
    })
    try {
      await client.get(PODS, 'web', 'demo')
      for await (const _ of client.watch(PODS)) throw new Error('the watch shows nothing')
      expect(heard).toEqual([noon + hour, noon + hour])
    } finally {
      client.close()
      await server.close()
    }
  })
})
