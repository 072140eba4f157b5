import { slotMinutes, type WrittenSchedule } from '../calendar/slots.js'
import { minutesPerDay } from '../calendar/zone.js'

/** The longest pause of a schedule. */
export interface Gap {
  /** Milliseconds. */
  readonly length: number
  readonly from: Date
  readonly to: Date
}

const gaps = new Map<string, Gap | undefined>()

/**
 * The greatest time between two slots in the year after a date, clock changes and month lengths included. Schedules
 * that come more rarely are followed for nine years; undefined when even these hold fewer than two slots.
 */
export function greatestGap(schedule: WrittenSchedule, from: Date): Gap | undefined {
  const start = Math.floor(from.getTime() / 60_000)
  const key = `${schedule.expression} ${schedule.timeZone} ${start}`
  if (!gaps.has(key)) gaps.set(key, findGap(schedule, start))
  return gaps.get(key)
}

function findGap(schedule: WrittenSchedule, start: number): Gap | undefined {
  // A month more, so that the pause over the year's end counts as well.
  const year = slotMinutes(schedule, start, start + (366 + 31) * minutesPerDay)
  const slots = year.length > 1 ? year : slotMinutes(schedule, start, start + 9 * 366 * minutesPerDay)
  let greatest: Gap | undefined
  for (let index = 1; index < slots.length; index += 1) {
    const [before = 0, after = 0] = [slots[index - 1], slots[index]]
    const length = (after - before) * 60_000
    if (greatest === undefined || length > greatest.length) {
      greatest = { length, from: new Date(before * 60_000), to: new Date(after * 60_000) }
    }
  }
  return greatest
}
