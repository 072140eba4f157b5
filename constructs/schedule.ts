import { parseSchedule } from '../lib/schedule.js'

/** A time of day as `HH:MM`, and the zone it is meant in. */
export interface TimeOfDay {
  /** `HH:MM`, 24 hours. */
  readonly at: string
  /** IANA name such as `Europe/Berlin`. @default Etc/UTC */
  readonly timeZone?: string
}

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
/** A day of the week, in English. */
export type Weekday = (typeof weekdays)[number]

/** Time zone of every schedule that names none. */
export const defaultTimeZone = 'Etc/UTC'

/**
 * When backups run: a value that policies share. What cannot be read is reported when the app is synthesized, with
 * everything else. A time that a change of the clock skips is skipped, and one that comes twice runs twice.
 */
export class Schedule {
  readonly expression: string
  readonly timeZone: string
  readonly #problem: string | undefined
  #problems: readonly string[] | undefined

  private constructor(expression: string, timeZone: string = defaultTimeZone, problem?: string) {
    this.expression = expression
    this.timeZone = timeZone
    this.#problem = problem
  }

  /** Every hour. @param when minute of the hour, 0 to 59; default 0 */
  static hourly(when: { readonly minute?: number; readonly timeZone?: string } = {}): Schedule {
    return new Schedule(`${when.minute ?? 0} * * * *`, when.timeZone)
  }

  /** Every day at a time: `Schedule.daily({ at: '03:00', timeZone: 'Europe/Berlin' })`. */
  static daily(when: TimeOfDay): Schedule {
    return Schedule.#at(when, '* * *')
  }

  /** Once a week: `Schedule.weekly({ on: 'Sunday', at: '03:00' })`. */
  static weekly(when: TimeOfDay & { readonly on: Weekday }): Schedule {
    const day = weekdays.indexOf(when.on)
    if (day >= 0) return Schedule.#at(when, `* * ${day}`)
    return new Schedule(
      String(when.on),
      when.timeZone,
      `'${when.on}' is no day; expected one of ${weekdays.join(', ')}`,
    )
  }

  /** Once a month, on a day that every month has (1 to 28): `Schedule.monthly({ day: 1, at: '03:00' })`. */
  static monthly(when: TimeOfDay & { readonly day: number }): Schedule {
    const { day } = when
    if (Number.isInteger(day) && day >= 1 && day <= 28) return Schedule.#at(when, `${day} * *`)
    const message = `day ${day} does not come every month; expected 1 to 28 (Schedule.cron takes any)`
    return new Schedule(String(day), when.timeZone, message)
  }

  /** A cron expression of five fields, or a macro such as `@daily`, as a Kubernetes CronJob reads it. */
  static cron(expression: string, options: { readonly timeZone?: string } = {}): Schedule {
    return new Schedule(expression, options.timeZone)
  }

  static #at({ at, timeZone }: TimeOfDay, rest: string): Schedule {
    const [, hour, minute] = /^([01][0-9]|2[0-3]):([0-5][0-9])$/.exec(at) ?? []
    if (hour !== undefined) return new Schedule(`${Number(minute)} ${Number(hour)} ${rest}`, timeZone)
    return new Schedule(String(at), timeZone, `'${at}' is no time of day; expected HH:MM from 00:00 to 23:59`)
  }

  /** Everything that is wrong with the schedule; empty when it can run. */
  problems(): readonly string[] {
    this.#problems ??= this.#findProblems()
    return this.#problems
  }

  #findProblems(): string[] {
    // A time that cannot be read must not hide a time zone that cannot either.
    const parsed = parseSchedule(this.#problem === undefined ? this.expression : '@daily', this.timeZone)
    return [...(this.#problem === undefined ? [] : [this.#problem]), ...(parsed.ok ? [] : [parsed.message])]
  }
}
