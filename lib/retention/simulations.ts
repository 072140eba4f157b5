import type { Course } from './replay.js'
import { type RetentionSimulation, simulateRetention, usualDays } from './simulate.js'

/**
 * Simulations of a fleet. Policies with the same retention share one when their schedules differ in the minute of the
 * hour alone, which stagger makes them do: times are those of minute 0.
 */
export class Simulations {
  readonly #from: Date
  readonly #days: readonly number[]
  readonly #known = new Map<string, RetentionSimulation>()

  constructor(from: Date, days: readonly number[] = usualDays) {
    this.#from = from
    this.#days = days
  }

  /** How many were made. */
  get size(): number {
    return this.#known.size
  }

  /** As `simulateRetention`; a course of which every run succeeds. */
  of(course: Omit<Course, 'from' | 'outcome'>): RetentionSimulation {
    const { schedule, retention, tags, forgetInterval } = course
    // The name of a retention policy is for people and decides nothing.
    const rules = Object.entries({ ...retention, name: undefined }).sort(([a], [b]) => (a < b ? -1 : 1))
    const expression = schedule.expression.trim().replace(/^[0-9]+\s+/, '0 ')
    const key = JSON.stringify([expression, schedule.timeZone, rules, tags, forgetInterval])
    const alike = { ...course, schedule: { expression, timeZone: schedule.timeZone }, from: this.#from }
    const found = this.#known.get(key) ?? simulateRetention(alike, this.#days)
    this.#known.set(key, found)
    return found
  }
}
