import { slotMinutes, type WrittenSchedule } from '../../../lib/calendar/slots.js'
import type { TimeWindow } from '../../../lib/objective/time-window.js'
import { timingOf } from '../../../lib/objective/timing.js'
import type { Burden, StaggerJob } from '../../../lib/stagger/job.js'

const hour = 3_600_000

/** A job with an objective in hours. */
export function jobOf(key: string, hours: number, burden: Partial<Burden> = {}, window?: TimeWindow): StaggerJob {
  const result = timingOf({ age: hours * hour, ...(window === undefined ? {} : { window }) })
  if (!result.ok) throw new Error(result.message)
  return { key, pattern: result.timing.pattern, store: 's3:one', duration: 10, ...burden }
}

/** The most runs at once on each store, in the week from a date on, by counting minutes. */
export function greatestAtOnce(
  jobs: readonly StaggerJob[],
  schedules: ReadonlyMap<string, WrittenSchedule>,
  date = '2026-01-05',
  days = 8,
): Map<string, number> {
  const from = Date.parse(date) / 60_000
  const loads = new Map<string, Uint16Array>()
  for (const job of jobs) {
    const schedule = schedules.get(job.key)
    if (schedule === undefined) continue
    const load = loads.get(job.store) ?? new Uint16Array((days + 1) * 1440)
    loads.set(job.store, load)
    for (const slot of slotMinutes(schedule, from, from + days * 1440)) {
      for (let step = 0; step < job.duration; step += 1) {
        const minute = slot - from + step
        load[minute] = (load[minute] ?? 0) + 1
      }
    }
  }
  return new Map([...loads].map(([store, load]) => [store, Math.max(...load)]))
}
