import { cronCalendar } from '../calendar/slots.js'
import { minutesPerDay, wrap } from '../calendar/zone.js'
import { cycleMinutes, type RunPattern } from '../objective/run-pattern.js'
import type { FixedRun } from './job.js'
import type { ResourceLoad } from './resource-load.js'
import type { Season } from './season.js'

/**
 * Puts a schedule that stays as it is on its resources. Restricted months count as every month, and days 29 to 31 as the
 * 29th: a schedule burdens rather too much than too little.
 */
export function addFixedRun(run: FixedRun, resources: readonly ResourceLoad[], seasons: readonly Season[]): void {
  const { times, daily, weekdays, monthDays } = cronCalendar(run.schedule.expression)
  const length = Math.max(1, Math.min(Math.ceil(run.duration), smallestGap(times), minutesPerDay))
  const everyDay = daily || (weekdays === undefined && monthDays === undefined)
  const dates = [...new Set((monthDays ?? []).map(day => Math.min(day, 29)))]
  const add = (cycle: RunPattern['cycle'], day: number, time: number) => {
    seasons.forEach((season, index) => {
      const shift = season.get(run.schedule.timeZone) ?? 0
      const from = wrap(day * minutesPerDay + time - shift, cycleMinutes[cycle])
      for (const resource of resources) resource.add(index, cycle, from, length, 1)
    })
  }
  for (const time of times) {
    if (everyDay) add('day', 0, time)
    for (const day of weekdays ?? []) add('week', day, time)
    for (const day of dates) add('month', day, time)
  }
}

function smallestGap(times: readonly number[]): number {
  const first = times[0] ?? 0
  return Math.min(...times.map((time, index) => (times[index + 1] ?? first + minutesPerDay) - time))
}
