import { beforeAll, describe, expect, test } from '@jest/globals'
import type { DaySample } from './day-sample.js'
import { type SimulatedDays, simulateDays } from './simulated-days.js'

/** The first day fills the histories. */
const days = 3
let result: SimulatedDays
beforeAll(async () => {
  result = await simulateDays({ days, policies: 5 })
}, 600_000)

function grown(of: (sample: DaySample) => number): number {
  const [, second, third] = result.samples.map(of)
  return (third ?? Number.NaN) - (second ?? Number.NaN)
}

describe('from one simulated day to the next', () => {
  test('sessions run, most succeed, a few fail, and retention follows', () => {
    const { Succeeded = 0, Failed = 0 } = result.sessions
    expect(Succeeded).toBeGreaterThan(days * 25)
    expect(Failed).toBeGreaterThan(0)
    expect(Failed).toBeLessThan(Succeeded / 4)
    expect(result.maintained).toBeGreaterThan(days * 25)
  })

  test('the groups of the Pushgateway are those of the policies and Repositories that are there', () => {
    // Five policies and their Repository, and those of the day's guest.
    expect(result.samples.map(({ groups }) => groups)).toEqual([8, 8, 8])
  })

  test('nothing waits in the queue, and as many timers, requests and watches are held as before', () => {
    expect(result.samples.map(({ queued }) => queued)).toEqual([0, 0, 0])
    expect(result.samples.map(({ inFlight }) => inFlight)).toEqual([10, 10, 10])
    expect(Math.abs(grown(({ timers }) => timers))).toBeLessThanOrEqual(5)
  })

  test('neither the API nor the controller’s caches fill up', () => {
    // Five daily policies may add one session each to their histories of three, with its Jobs, their pods and events.
    expect(grown(({ allObjects }) => allObjects)).toBeLessThanOrEqual(5 * 10)
    expect(grown(({ cached }) => cached)).toBeLessThanOrEqual(5 * 5)
  })
})
