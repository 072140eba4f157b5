import { cronCalendar, slotMinutes } from '../calendar/slots.js'
import { minutesPerDay, zoneSegments } from '../calendar/zone.js'
import type { Party } from './party.js'

/** The runs of a day in UTC, ascending; party by party within a minute. */
export interface DayRuns {
  /** Minutes of the day. */
  readonly minutes: Uint16Array
  /** Index of the party of each run. */
  readonly parties: Uint32Array
}

interface DayClass {
  readonly timeZone: string
  fallsOn(day: number): boolean
}

/**
 * The runs of some parties, day by day. Days on which the same parties run at the same times have the same name, so that
 * a year is no more work than its different days.
 */
export class RunCalendar {
  readonly #parties: readonly Party[]
  readonly #zones: readonly string[]
  readonly #classes: readonly DayClass[]
  readonly #days = new Map<string, DayRuns>()

  constructor(parties: readonly Party[]) {
    this.#parties = parties
    this.#zones = [...new Set(parties.map(({ schedule }) => schedule.timeZone))].filter(
      zone => zone !== 'UTC' && zone !== 'Etc/UTC',
    )
    const classes = new Map<string, DayClass>()
    for (const { schedule } of parties) {
      const { daily, fallsOn } = cronCalendar(schedule.expression)
      // What comes after minute and hour; a macro is a class of its own.
      const days = /^\S+ \S+ (.*)$/.exec(schedule.expression)?.[1] ?? schedule.expression
      const { timeZone } = schedule
      if (!daily) classes.set(`${days} ${timeZone}`, { timeZone, fallsOn })
    }
    this.#classes = [...classes.values()]
  }

  /** The name of a day, in days since 1970. */
  nameOf(day: number): string {
    const from = day * minutesPerDay
    let name = ''
    for (const zone of this.#zones) {
      const segments = zoneSegments(zone, from, from + minutesPerDay)
      name += segments.length > 1 ? `${zone} ${day};` : `${segments[0]?.offset};`
    }
    for (const { timeZone, fallsOn } of this.#classes) {
      const offset = zoneSegments(timeZone, from, from + minutesPerDay)[0]?.offset ?? 0
      const local = Math.floor((from + offset) / minutesPerDay)
      name += fallsOn(local) ? 1 : 0
      // Elsewhere than in UTC, two local days meet in one of UTC.
      if (offset !== 0) name += fallsOn(local + 1) ? 1 : 0
    }
    return name
  }

  runsOf(day: number, name: string = this.nameOf(day)): DayRuns {
    const runs = this.#days.get(name) ?? this.#find(day)
    this.#days.set(name, runs)
    return runs
  }

  #find(day: number): DayRuns {
    const from = day * minutesPerDay
    const slots = this.#parties.map(({ schedule }) => slotMinutes(schedule, from, from + minutesPerDay))
    // A counting sort: there are only 1440 minutes.
    const begins = new Uint32Array(minutesPerDay + 1)
    for (const own of slots) for (const slot of own) begins[slot - from + 1] = (begins[slot - from + 1] ?? 0) + 1
    for (let minute = 0; minute < minutesPerDay; minute += 1) {
      begins[minute + 1] = (begins[minute + 1] ?? 0) + (begins[minute] ?? 0)
    }
    const total = begins[minutesPerDay] ?? 0
    const runs = { minutes: new Uint16Array(total), parties: new Uint32Array(total) }
    slots.forEach((own, party) => {
      for (const slot of own) {
        const place = begins[slot - from] ?? 0
        begins[slot - from] = place + 1
        runs.minutes[place] = slot - from
        runs.parties[place] = party
      }
    })
    return runs
  }
}
