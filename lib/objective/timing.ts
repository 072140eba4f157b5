import { longestSetBack, minutesPerDay } from '../calendar/zone.js'
import { formatDuration } from '../duration.js'
import { type RunPattern, runPattern } from './run-pattern.js'
import { type ReadWindow, readWindow, startsIn, type TimeWindow, wholeDay } from './time-window.js'

/** What a policy promises, in milliseconds. */
export interface Objective {
  /** Recovery point objective: the oldest that the newest good backup may be. */
  readonly age: number
  /** When runs may start. @default - at any time */
  readonly window?: TimeWindow
  /** Longest that a session takes. @default - as long as the objective leaves */
  readonly longestSession?: number
}

/** What follows from an objective, in milliseconds: `greatestGap + startingDeadline + triggerTime + timeOut <= age`. */
export interface Timing {
  readonly pattern: RunPattern
  /** Most time from one slot to the next, clock changes and months included. */
  readonly greatestGap: number
  readonly startingDeadline: number
  readonly timeOut: number
  /** The oldest that the newest backup gets while every session succeeds. */
  readonly worstAge: number
}

export type DerivedTiming =
  | { readonly ok: true; readonly timing: Timing }
  | { readonly ok: false; readonly message: string }

const minute = 60_000
/** What the trigger’s pod may take to make a session: its deadline. */
export const triggerTime = 5 * minute
const shortestStartingDeadline = 2 * minute
const longestStartingDeadline = 60 * minute
const longestTimeOut = 24 * 60 * minute
/** What a session and its start have at least, if the policy does not say how long a session takes. */
const leastRest = 15 * minute
/** Intervals that divide a day or an hour, in minutes: what cron can repeat evenly. */
const intervals = [5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720]
const cycles = [
  { cycle: 'month', days: 31 },
  { cycle: 'week', days: 7 },
  { cycle: 'day', days: 1 },
] as const

const derived = new Map<string, DerivedTiming>()

/**
 * Schedule, starting deadline and session deadline of an objective. It takes the fewest runs that keep
 * `gap + startingDeadline + 5m + timeOut <= age`; a session and its start get a sixteenth of the objective (15m at least),
 * or what `longestSession` asks for. All times are whole minutes.
 */
export function timingOf(objective: Objective): DerivedTiming {
  const key = JSON.stringify(objective)
  const found = derived.get(key) ?? derive(objective)
  derived.set(key, found)
  return found
}

function derive(objective: Objective): DerivedTiming {
  const { age, longestSession } = objective
  if (!isDuration(age)) return refuse(`the objective is ${age / 1000}s; expected whole minutes`)
  if (longestSession !== undefined && !isDuration(longestSession)) {
    return refuse(`the longest session is ${longestSession / 1000}s; expected whole minutes`)
  }
  const window = objective.window === undefined ? wholeDay : readWindow(objective.window)
  if (typeof window === 'string') return refuse(window)
  const gap = greatestGapFor(objective) / minute
  const found =
    window !== wholeDay || gap >= minutesPerDay ? inWindow(window, gap, objective) : allDay(gap, longestSession)
  if (found === undefined) return refuse(explain(objective, window, gap))
  return { ok: true, timing: timing(objective, found) }
}

const isDuration = (ms: number) => Number.isSafeInteger(ms) && ms > 0 && ms % minute === 0
const refuse = (message: string): DerivedTiming => ({ ok: false, message })

function greatestGapFor({ age, longestSession }: Objective): number {
  if (longestSession !== undefined) return age - longestSession - triggerTime - shortestStartingDeadline
  return age - Math.max(leastRest, Math.ceil(age / 16 / minute) * minute)
}

interface Rhythm {
  readonly pattern: RunPattern
  /** Minutes. */
  readonly greatestGap: number
  readonly smallestGap: number
}

function allDay(gap: number, longestSession = 0): Rhythm | undefined {
  const spacing = intervals.filter(each => each <= gap && each * minute >= longestSession).at(-1)
  if (spacing === undefined) return undefined
  const starts = Array.from({ length: spacing }, (_, start) => start)
  const pattern = runPattern('day', wholeDay, { runs: minutesPerDay / spacing, spacing, starts })
  return { pattern, greatestGap: spacing, smallestGap: spacing }
}

function inWindow(window: ReadWindow, gap: number, { longestSession = 0 }: Objective): Rhythm | undefined {
  const setBack = longestSetBack(window.timeZone)
  for (const { cycle, days } of cycles) {
    const greatestGap = days * minutesPerDay + setBack
    if (gap < greatestGap) continue
    const starts = startsIn(window)
    const smallestGap = (cycle === 'month' ? 28 : days) * minutesPerDay
    return starts.length === 0
      ? undefined
      : { pattern: runPattern(cycle, window, { runs: 1, spacing: 0, starts }), greatestGap, smallestGap }
  }
  // Several runs a day, an hour or more apart: then the pause outside the window is what counts.
  for (let runs = 2; runs <= 24; runs += 1) {
    const needed = Math.ceil((minutesPerDay + setBack - gap) / (runs - 1) / 60) * 60
    // Half of the window parts the runs, which shortens the pause; the other half is left to spread the fleet in.
    const half = Math.floor(window.length / 2 / (runs - 1) / 60) * 60
    const spacing = Math.max(60, needed, Math.min(half, Math.floor((gap - setBack) / 60) * 60))
    const pause = minutesPerDay - (runs - 1) * spacing
    if (spacing + setBack > gap || pause <= 0 || Math.min(spacing, pause) * minute < longestSession) continue
    const starts = startsIn(window, runs, spacing)
    if (starts.length === 0) continue
    const pattern = runPattern('day', window, { runs, spacing, starts })
    return { pattern, greatestGap: setBack + Math.max(spacing, pause), smallestGap: Math.min(spacing, pause) }
  }
  return undefined
}

// A session gets what is left, but never so much that the next run would find it still at work.
function timing({ age, longestSession = 0 }: Objective, rhythm: Rhythm): Timing {
  const greatestGap = rhythm.greatestGap * minute
  const rest = age - greatestGap - triggerTime
  const quarter = Math.floor(rest / 4 / minute) * minute
  const bounded = Math.min(Math.max(quarter, shortestStartingDeadline), longestStartingDeadline)
  const startingDeadline = Math.min(bounded, rest - longestSession)
  const timeOut = Math.min(rest - startingDeadline, longestTimeOut, rhythm.smallestGap * minute)
  const worstAge = greatestGap + startingDeadline + triggerTime + Math.max(timeOut, longestSession)
  return {
    pattern: rhythm.pattern,
    greatestGap,
    startingDeadline,
    timeOut: Math.max(timeOut, longestSession),
    worstAge,
  }
}

function explain({ age, longestSession }: Objective, window: ReadWindow, gap: number): string {
  const what = longestSession === undefined ? '' : ` with sessions of up to ${formatDuration(longestSession)}`
  const most = gap > 0 ? formatDuration(Math.floor(gap) * minute) : '0s'
  if (window === wholeDay) {
    return `${formatDuration(age)}${what} leaves ${most} between runs, and runs are at least 5m and a session apart; the shortest objective is 20m${what === '' ? '' : ', and two sessions and some minutes'}`
  }
  const pause = minutesPerDay - window.length + longestSetBack(window.timeZone)
  const clock = longestSetBack(window.timeZone) === 0 ? '' : ' (clock change included)'
  return `${formatDuration(age)}${what} leaves ${most} between runs, but the window ${window.name} pauses for ${formatDuration(pause * minute)} a day${clock}, and its runs are whole hours apart; widen the window, or leave it out`
}
