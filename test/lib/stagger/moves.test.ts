import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { WrittenSchedule } from '../../../lib/calendar/slots.js'
import type { ClockTime, TimeWindow } from '../../../lib/objective/time-window.js'
import type { StaggerJob } from '../../../lib/stagger/job.js'
import { shortageProblem } from '../../../lib/stagger/shortage.js'
import { solve } from '../../../lib/stagger/solve.js'
import { greatestAtOnce, jobOf } from './fleet-of-jobs.js'

const at = (expression: string): WrittenSchedule => ({ expression, timeZone: 'Etc/UTC' })
const twenty = (key: string, from: ClockTime, to: ClockTime, duration = 20) =>
  jobOf(key, 30, { storeLimit: 1, duration }, { from, to })

/** The fewest moves with which all jobs fit into whole slots of a length, by trying everything. */
function fewestMoves(slots: readonly (readonly number[])[], held: readonly (number | undefined)[]): number | undefined {
  const taken = new Set<number>()
  let best: number | undefined
  const next = (job: number, moved: number): void => {
    if (best !== undefined && moved >= best) return
    if (job === slots.length) {
      best = moved
      return
    }
    for (const slot of slots[job] ?? []) {
      if (taken.has(slot)) continue
      taken.add(slot)
      next(job + 1, moved + (held[job] === undefined || held[job] === slot ? 0 : 1))
      taken.delete(slot)
    }
  }
  next(0, 0)
  return best
}

describe('when a limit forces moves', () => {
  test('one policy makes room, and the plan says which and for whom', () => {
    // a could go elsewhere, b cannot: both places of the newcomer are taken.
    const jobs = [twenty('shop/a', '01:00', '03:00', 60), twenty('shop/b', '01:00', '01:01', 60)]
    const previous = new Map([['shop/a', at('0 1 * * *')]])
    const plan = solve({ jobs, previous })
    expect(plan.shortages).toEqual([])
    expect(plan.moved).toMatchObject([{ key: 'shop/a', from: at('0 1 * * *'), reason: 'makes room for shop/b' }])
    expect(plan.schedules.get('shop/b')).toEqual(at('0 1 * * *'))
  })

  test('a lower limit moves only as many as no longer fit', () => {
    const jobs = Array.from({ length: 6 }, (_, index) =>
      jobOf(`shop/p${index}`, 30, { storeLimit: 2 }, { from: '01:00', to: '03:00' }),
    )
    const previous = new Map(jobs.map(job => [job.key, at('0 1 * * *')]))
    const plan = solve({ jobs, previous })
    expect(plan.moved).toHaveLength(4)
    expect(plan.moved[0]?.reason).toBe('store s3:one bears at most 2 at once')
    expect(greatestAtOnce(jobs, plan.schedules).get('s3:one')).toBe(2)
  })

  test('another objective or window moves its policy alone', () => {
    const jobs = Array.from({ length: 20 }, (_, index) => jobOf(`shop/p${index}`, 30))
    const previous = solve({ jobs }).schedules
    const changed = jobs.map((job, index) => (index === 3 ? jobOf(job.key, 12) : job))
    expect(solve({ jobs: changed, previous }).moved).toMatchObject([
      { key: 'shop/p3', reason: 'its objective, window or time zone changed' },
    ])
  })

  test('it is never more than the fewest possible, and finds a way wherever there is one', () => {
    const clock = (slot: number) => `0${Math.floor(slot / 3)}:${['00', '20', '40'][slot % 3]}` as ClockTime
    const reach = fc.record({ first: fc.nat(5), wide: fc.integer({ min: 1, max: 4 }) })
    let forced = 0
    fc.assert(
      fc.property(
        fc.array(reach, { minLength: 3, maxLength: 6 }),
        fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }),
        (all, picks) => {
          const window = ({ first, wide }: { first: number; wide: number }): TimeWindow => ({
            from: clock(first),
            to: clock(first + wide),
          })
          const slots = all.map(({ first, wide }) => Array.from({ length: wide }, (_, index) => first + index))
          const used = new Set<number>()
          // All but the last have a place of their own to begin with.
          const held = slots.map((own, index) => {
            const slot =
              index === slots.length - 1
                ? undefined
                : own.filter(each => !used.has(each))[(picks[index] ?? 0) % own.length]
            if (slot !== undefined) used.add(slot)
            return slot
          })
          // Runs of whole slots: twenty minutes that begin on the third of an hour are exactly a matching.
          const jobs: StaggerJob[] = all.map((each, index) =>
            onThirds(jobOf(`shop/p${index}`, 30, { storeLimit: 1, duration: 20 }, window(each))),
          )
          const previous = new Map(
            held.flatMap((slot, index): [string, WrittenSchedule][] =>
              slot === undefined ? [] : [[`shop/p${index}`, at(`${(slot % 3) * 20} ${Math.floor(slot / 3)} * * *`)]],
            ),
          )
          const fewest = fewestMoves(slots, held)
          const plan = solve({ jobs, previous })
          if (fewest === undefined) expect(plan.shortages).not.toEqual([])
          else {
            expect(plan.shortages).toEqual([])
            // Several newcomers are placed one after another; each takes the fewest moves there are then.
            if (held.filter(slot => slot === undefined).length === 1) expect(plan.moved).toHaveLength(fewest)
            else expect(plan.moved.length).toBeGreaterThanOrEqual(fewest)
            if (fewest > 0) forced += 1
          }
        },
      ),
      { numRuns: 200 },
    )
    expect(forced).toBeGreaterThan(10)
  })

  function onThirds(job: StaggerJob): StaggerJob {
    const starts = job.pattern.starts.filter(start => start % 20 === 0)
    const indexOf = new Map(starts.map((start, index) => [start, index]))
    return { ...job, pattern: { ...job.pattern, starts, indexOf } }
  }

  test('several short runs make room for a long one', () => {
    const short = ['00', '20', '40'].map((minute, index) => ({ key: `shop/s${index}`, minute }))
    const jobs = [...short.map(({ key }) => twenty(key, '01:00', '05:00')), twenty('shop/long', '01:00', '01:01', 60)]
    const previous = new Map(short.map(({ key, minute }) => [key, at(`${Number(minute)} 1 * * *`)]))
    const plan = solve({ jobs, previous })
    expect(plan.shortages).toEqual([])
    expect(plan.moved.map(({ key }) => key)).toEqual(['shop/s0', 'shop/s1', 'shop/s2'])
  })
})

describe('when there is no room', () => {
  test('the numbers and the remedy are said', () => {
    const jobs = Array.from({ length: 9 }, (_, index) =>
      jobOf(`shop/p${index}`, 30, { storeLimit: 1, duration: 20 }, { from: '01:00', to: '02:00' }),
    )
    const { shortages } = solve({ jobs })
    expect(shortages.map(shortageProblem)).toEqual([
      {
        code: 'HF5202',
        object: 'shop/p0',
        path: 'spec.schedule',
        message: expect.stringMatching(
          /^9 policies with 9 runs need 3h a day in 01:00-02:00, and store s3:one has room for 1h19m there \(1 at once\); 6 found no place: .* and 3 more\. Widen the window, raise maxConcurrentSessions \(3 or more would do\), or expect shorter sessions$/,
        ),
      },
    ])
  })
})
