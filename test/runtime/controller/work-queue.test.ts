import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { WorkQueue } from '../../../runtime/controller/work-queue.js'
import { ManualClock } from '../manual-clock.js'

let clock: ManualClock
let queue: WorkQueue
let stop: AbortController
let worked: string[]
/** Ends the work under way on a key. */
let finish: Map<string, () => void>
let running: Promise<void>

beforeEach(() => {
  clock = new ManualClock()
  stop = new AbortController()
  worked = []
  finish = new Map()
  running = Promise.resolve()
  queue = new WorkQueue({ clock, random: () => 1, onError: () => undefined })
})
afterEach(async () => {
  stop.abort()
  for (const end of finish.values()) end()
  await running
})

const quick = async (key: string) => {
  worked.push(key)
}
const slow = (key: string) => {
  worked.push(key)
  return new Promise<void>(resolve => finish.set(key, resolve))
}
function run(concurrency: number, worker: (key: string) => Promise<void>) {
  running = queue.run(concurrency, worker, stop.signal)
  return clock.advance(0)
}

describe('the work queue', () => {
  test('a key added three times before its turn is worked on once', async () => {
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key)
    expect(queue.depth).toBe(2)
    await run(1, quick)
    expect(worked).toEqual(['a', 'b'])
  })

  test('a key added during its work comes once more afterwards, and never to two workers at a time', async () => {
    await run(4, slow)
    queue.add('a')
    await clock.advance(0)
    queue.add('a')
    queue.add('a')
    await clock.advance(0)
    expect([worked, queue.depth, queue.active]).toEqual([['a'], 1, 1])
    finish.get('a')?.()
    await clock.advance(0)
    expect(worked).toEqual(['a', 'a'])
  })

  test('no more keys are worked on at a time than allowed', async () => {
    await run(2, slow)
    for (const key of ['a', 'b', 'c']) queue.add(key)
    await clock.advance(0)
    expect(worked).toEqual(['a', 'b'])
    finish.get('a')?.()
    await clock.advance(0)
    expect(worked).toEqual(['a', 'b', 'c'])
  })

  test('of several delays for a key the earliest counts', async () => {
    await run(1, quick)
    queue.addAfter('a', 500)
    queue.addAfter('a', 100)
    queue.addAfter('a', 900)
    await clock.advance(99)
    expect(worked).toEqual([])
    await clock.advance(1)
    expect(worked).toEqual(['a'])
    await clock.advance(10_000)
    expect(worked).toEqual(['a'])
  })

  test('the pauses of a failing key double up to five minutes and begin anew after a success', async () => {
    const at: number[] = []
    let fail = true
    await run(1, async () => {
      at.push(clock.now())
      if (fail) throw new Error('no')
    })
    queue.add('a')
    await clock.advance(2_000_000)
    const pauses = at.slice(1).map((time, i) => time - (at[i] ?? 0))
    expect(pauses.slice(0, 4)).toEqual([500, 1000, 2000, 4000])
    expect(Math.max(...pauses)).toBe(300_000)
    fail = false
    await clock.advance(300_000)
    fail = true
    queue.add('a')
    await clock.advance(500)
    expect((at.at(-1) ?? 0) - (at.at(-2) ?? 0)).toBe(500)
  })

  test('a worker that asks for a retry itself keeps its series of pauses', async () => {
    const at: number[] = []
    await run(1, async key => {
      at.push(clock.now())
      queue.addRateLimited(key)
    })
    queue.add('a')
    await clock.advance(4000)
    expect(at).toEqual([0, 500, 1500, 3500])
  })

  test('jitter shortens a pause by half at most', async () => {
    queue = new WorkQueue({ clock, random: () => 0 })
    await run(1, quick)
    queue.addRateLimited('a')
    await clock.advance(249)
    expect(worked).toEqual([])
    await clock.advance(1)
    expect(worked).toEqual(['a'])
  })

  test('stopped, it takes no new key, cancels its timers and waits for the work under way', async () => {
    await run(1, slow)
    queue.add('a')
    queue.add('b')
    queue.addAfter('c', 1000)
    await clock.advance(0)
    let ended = false
    void running.then(() => (ended = true))
    stop.abort()
    await clock.advance(5000)
    expect([ended, worked, clock.pending]).toEqual([false, ['a'], 0])
    finish.get('a')?.()
    await running
    queue.add('d')
    await clock.advance(5000)
    expect(worked).toEqual(['a'])
  })

  test('whoever adds a key does not find its work run inside the call', async () => {
    await run(1, quick)
    queue.add('a')
    expect(worked).toEqual([])
    await clock.advance(0)
    expect(worked).toEqual(['a'])
  })
})
