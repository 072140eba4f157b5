import { type CronCalendar, cronCalendar } from '../calendar/slots.js'
import { type CronField, parseCronFields } from '../cron-fields.js'
import type { Schedule } from '../schedule.js'

const minute = 60_000
const day = 24 * 60 * minute

/** How often a schedule fires, by the wall clock: changes of the clock are left out. */
export interface Cadence {
  readonly runsPerWeek: number
  /** Longest time between two runs, in milliseconds. */
  readonly greatestGap: number
  /** Minutes of the day at which it fires. */
  readonly times: readonly number[]
  /** What decides on which days it fires; equal for equal days. */
  readonly days: string
}

/** Days that are looked at: a year and a month; nine years for what comes more rarely, such as leap days. */
const [usual, rare] = [366 + 31, 9 * 366]

/** Works cadences out; days are looked up once for all schedules that share them. */
export class Cadences {
  readonly #today: number
  readonly #upcoming = new Map<string, readonly number[]>()
  readonly #known = new Map<string, Cadence>()

  constructor(now: Date) {
    this.#today = Math.floor(now.getTime() / day)
  }

  of({ expression }: Schedule): Cadence {
    const known = this.#known.get(expression)
    if (known !== undefined) return known
    const calendar = cronCalendar(expression)
    const { times } = calendar
    const days = parseCronFields(expression).slice(2).map(fieldText).join(' ')
    const firings = this.#upcomingDays(days, calendar)
    const weeks = ((firings.at(-1) ?? 0) - (firings[0] ?? 0)) / 7
    const runsPerWeek = weeks === 0 ? 0 : ((firings.length - 1) * times.length) / weeks
    const cadence = { times, days, runsPerWeek, greatestGap: greatestGap(times, firings) }
    this.#known.set(expression, cadence)
    return cadence
  }

  /**
   * The moments before today at which it would have fired in UTC, newest first: the newest `count` of them, and of
   * the days before those only the last, which is all that rules by day and longer look at.
   */
  past({ days, times }: Pick<Cadence, 'days' | 'times'>, count: number, daysBack: number): Date[] {
    const { fallsOn } = cronCalendar(`0 0 ${days}`)
    const latestFirst = [...times].reverse()
    const moments: Date[] = []
    for (let back = 1; back <= daysBack; back += 1) {
      const date = this.#today - back
      if (!fallsOn(date)) continue
      const told = moments.length < count ? latestFirst : latestFirst.slice(0, 1)
      for (const time of told) moments.push(new Date(date * day + time * minute))
    }
    return moments
  }

  #upcomingDays(key: string, { fallsOn }: CronCalendar): readonly number[] {
    const known = this.#upcoming.get(key)
    if (known !== undefined) return known
    const within = (count: number) =>
      Array.from({ length: count }, (_, index) => this.#today + index).filter(date => fallsOn(date))
    const year = within(usual)
    const days = year.length > 1 ? year : within(rare)
    this.#upcoming.set(key, days)
    return days
  }
}

// Within a day the gaps are the same each day; between days it is from the last run of one to the first of the next.
function greatestGap(times: readonly number[], firings: readonly number[]): number {
  const widest = (values: readonly number[]) => {
    let gap = 0
    for (const [index, value] of values.entries()) gap = Math.max(gap, value - (values[index - 1] ?? value))
    return gap
  }
  const spread = (times.at(-1) ?? 0) - (times[0] ?? 0)
  return Math.max(widest(times) * minute, widest(firings) * day - spread * minute)
}

const fieldText = ({ star, values }: CronField): string => (star ? '*' : values.join(','))
