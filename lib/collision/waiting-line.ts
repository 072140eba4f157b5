import { minutesPerDay } from '../calendar/zone.js'
import type { Span } from './claim-collisions.js'
import { RunCalendar } from './day-runs.js'
import type { Party } from './party.js'

/** What a line in front of a resource came to. */
export interface LineReport {
  /** Runs that waited longer than their patience. */
  readonly late: number
  /** The first of them, the minute it was due, and who was at work then. */
  readonly firstLate?: { readonly minute: number; readonly party: number; readonly working: readonly number[] }
  /** The longest that a run waited, in minutes. */
  readonly longestWait: number
  /** Times without a pause for longer than a day. */
  readonly restless: number
  readonly firstRestless?: { readonly minute: number; readonly party: number }
}

interface Worker {
  readonly party: number
  /** Minute of the day until which it works. */
  readonly until: number
}

/** Where a day ends and the next begins; equal states and equal days have equal ends. */
interface State {
  readonly workers: readonly Worker[]
  /** Minutes since the last pause, at most a day and a minute. */
  readonly busyFor: number
}

type DayReport = LineReport & { readonly end: State }

const restlessAfter = minutesPerDay

/**
 * Lets the runs of some parties stand in line for a resource that serves so many at once, first come first served, for
 * every minute of a span. Days that are the same are reckoned once.
 */
export function standInLine(
  parties: readonly Party[],
  limit: number,
  patience: 'own' | 'none',
  span: Span,
): LineReport {
  const calendar = new RunCalendar(parties)
  const seen = new Map<string, DayReport>()
  let state: State = { workers: [], busyFor: 0 }
  let total: LineReport = { late: 0, longestWait: 0, restless: 0 }
  for (let day = Math.floor(span.from / minutesPerDay); day * minutesPerDay < span.to; day += 1) {
    const name = calendar.nameOf(day)
    const workers = state.workers.map(({ party, until }) => `${party}:${until}`).join(',')
    const key = `${name}|${workers}|${state.busyFor}`
    const report = seen.get(key) ?? lineOfDay(parties, calendar.runsOf(day, name), { limit, patience, state })
    seen.set(key, report)
    total = sum(total, report, day * minutesPerDay)
    state = report.end
  }
  return total
}

function sum(total: LineReport, day: LineReport, midnight: number): LineReport {
  const firstLate = total.firstLate ?? shifted(day.firstLate, midnight)
  const firstRestless = total.firstRestless ?? shifted(day.firstRestless, midnight)
  return {
    late: total.late + day.late,
    ...(firstLate === undefined ? {} : { firstLate }),
    longestWait: Math.max(total.longestWait, day.longestWait),
    restless: total.restless + day.restless,
    ...(firstRestless === undefined ? {} : { firstRestless }),
  }
}

function shifted<T extends { readonly minute: number }>(first: T | undefined, by: number): T | undefined {
  return first === undefined ? undefined : { ...first, minute: first.minute + by }
}

interface Line {
  readonly limit: number
  readonly patience: 'own' | 'none'
  readonly state: State
}

function lineOfDay(
  parties: readonly Party[],
  { minutes, parties: who }: { minutes: Uint16Array; parties: Uint32Array },
  { limit, patience, state }: Line,
): DayReport {
  const heap = [...state.workers]
  let busySince = -state.busyFor
  let lastEnd = Math.max(...heap.map(({ until }) => until), state.busyFor > 0 ? 0 : Number.NEGATIVE_INFINITY)
  let [late, longestWait, restless] = [0, 0, 0]
  let firstLate: LineReport['firstLate']
  let firstRestless: LineReport['firstRestless']
  for (let index = 0; index < minutes.length; index += 1) {
    const [minute = 0, party = 0] = [minutes[index], who[index]]
    const { duration = 1, patience: own = 0 } = parties[party] ?? {}
    // A pause is a minute at least: a run that begins when another ends leaves none.
    if (lastEnd < minute) busySince = minute
    const next = heap[0]
    const isFull = heap.length >= limit
    const wait = isFull && next !== undefined ? Math.max(0, next.until - minute) : 0
    longestWait = Math.max(longestWait, wait)
    if (wait > (patience === 'own' ? own : 0)) {
      late += 1
      firstLate ??= { minute, party, working: heap.filter(({ until }) => until > minute).map(each => each.party) }
    }
    if (isFull) pop(heap)
    push(heap, { party, until: minute + wait + duration })
    lastEnd = Math.max(lastEnd, minute + wait + duration)
    if (minute - busySince > restlessAfter) {
      restless += 1
      firstRestless ??= { minute, party }
      // One report for each day without a pause.
      busySince = minute
    }
  }
  const workers = heap
    .filter(({ until }) => until > minutesPerDay)
    .map(({ party, until }) => ({ party, until: until - minutesPerDay }))
    .sort((a, b) => a.until - b.until || a.party - b.party)
  const busyFor = lastEnd < minutesPerDay ? 0 : Math.min(minutesPerDay - busySince, restlessAfter + 1)
  return {
    late,
    ...(firstLate === undefined ? {} : { firstLate }),
    longestWait,
    restless,
    ...(firstRestless === undefined ? {} : { firstRestless }),
    end: { workers, busyFor },
  }
}

// A binary heap, the first to be done on top.
function push(heap: Worker[], worker: Worker): void {
  let place = heap.length
  heap.push(worker)
  while (place > 0) {
    const above = (place - 1) >> 1
    const other = heap[above]
    if (other === undefined || other.until <= worker.until) break
    heap[place] = other
    heap[above] = worker
    place = above
  }
}

function pop(heap: Worker[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let place = 0
  heap[0] = last
  for (;;) {
    const left = 2 * place + 1
    const lower = (heap[left + 1]?.until ?? Infinity) < (heap[left]?.until ?? Infinity) ? left + 1 : left
    const other = heap[lower]
    if (other === undefined || other.until >= last.until) return
    heap[place] = other
    heap[lower] = last
    place = lower
  }
}
