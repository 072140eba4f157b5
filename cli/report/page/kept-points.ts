import type { TimelineEntry } from '../content.js'

/** Ages in hours of the snapshots that a timeline keeps, youngest first. */
export function keptAges({ steps }: TimelineEntry): number[] {
  const ages: number[] = []
  let age = 0
  for (let at = 0; at < steps.length; at += 2) {
    for (let times = steps[at + 1] ?? 0; times > 0; times--) {
      age += steps[at] ?? 0
      ages.push(age)
    }
  }
  return ages
}

/** Oldest age that pictures show, in hours: two years. */
export const oldestAge = 2 * 365 * 24

/** The marks of the axis of ages. */
export const ageMarks = [
  { hours: 1, name: '1 h' },
  { hours: 24, name: '1 day' },
  { hours: 7 * 24, name: '1 week' },
  { hours: 30 * 24, name: '1 month' },
  { hours: 365 * 24, name: '1 year' },
] as const

/** An age in whole days, in the words of the axis. */
export function daysName(days: number): string {
  const names: Readonly<Record<number, string>> = {
    1: '1 day',
    7: '1 week',
    31: '1 month',
    92: '3 months',
    365: '1 year',
  }
  return names[days] ?? `${days} days`
}

/** Where an age lies between now (0) and the oldest that is shown (1): in equal steps for equal factors. */
export function agePosition(hours: number): number {
  return Math.min(1, Math.max(0, Math.log(Math.max(hours, 0.5) / 0.5) / Math.log(oldestAge / 0.5)))
}
