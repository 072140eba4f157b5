import type { WrittenSchedule } from '../calendar/slots.js'
import { minutesPerDay } from '../calendar/zone.js'
import { cronOf, startOf } from '../objective/run-pattern.js'
import { Board, type Seat } from './board.js'
import { ejectFor } from './ejection.js'
import type { FixedRun, StaggerJob, StaggerLimits } from './job.js'
import { resourceKinds } from './job.js'
import { bestStart } from './placement.js'
import type { ResourceLoad } from './resource-load.js'
import { makeRoom } from './room.js'
import { seasonsOf } from './season.js'
import { type Shortage, shortageOf } from './shortage.js'

/** A fleet whose runs are to be spread. */
export interface StaggerInput {
  readonly jobs: readonly StaggerJob[]
  /** Policies with schedules of their own. @default - none */
  readonly fixed?: readonly FixedRun[]
  /** @default - what the Repositories allow */
  readonly limits?: StaggerLimits
  /** Schedules by policy key as the lock file has them. @default - none */
  readonly previous?: ReadonlyMap<string, WrittenSchedule>
}

/** A policy that had its time and was given another. */
export interface Move {
  readonly key: string
  readonly from: WrittenSchedule
  readonly to: WrittenSchedule
  readonly reason: string
}

export interface StaggerPlan {
  /** By policy key, sorted; policies without a place have one where they disturb least of all. */
  readonly schedules: ReadonlyMap<string, WrittenSchedule>
  readonly moved: readonly Move[]
  /** Policies that found no place. */
  readonly shortages: readonly Shortage[]
}

/**
 * Gives each policy the minute at which it runs. The same input gives the same plan, whatever its order. A policy that
 * had its time keeps it, unless its objective or window changed or a limit would be broken; then as few as a chain of
 * moves needs are moved. Limits hold for every state of the zones’ clocks, but not in the night of a clock change itself.
 */
export function solve(input: StaggerInput): StaggerPlan {
  const { fixed = [], limits = {}, previous = new Map<string, WrittenSchedule>() } = input
  const jobs = [...input.jobs].sort(byKey)
  const zones = [...jobs.map(job => job.pattern.timeZone), ...fixed.map(run => run.schedule.timeZone)]
  const board = new Board(seasonsOf(zones), limits)
  const seats = jobs.map(job => board.addSeat(job))
  for (const run of [...fixed].sort(byKey)) board.addFixed(run)
  const displaced = keepPrevious(board, seats, previous)
  const newcomers = seats.filter(seat => seat.start === undefined && !displaced.includes(seat))
  const lost = [...displaced.sort(byNeed), ...newcomers.sort(byNeed)].filter(inserter(board))
  return {
    schedules: new Map(seats.map(seat => [seat.job.key, scheduleOf(seat)])),
    moved: seats.flatMap(seat => moveOf(seat, previous.get(seat.job.key))),
    shortages: shortageOf(board, lost),
  }
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}

// Who has the least choice goes first.
function byNeed(a: Seat, b: Seat): number {
  const choice = a.job.pattern.starts.length - b.job.pattern.starts.length
  return choice || b.length - a.length || a.luck - b.luck || byKey(a.job, b.job)
}

// By the end of their runs: so the most that a limit allows keep their time.
function keepPrevious(board: Board, seats: readonly Seat[], previous: ReadonlyMap<string, WrittenSchedule>): Seat[] {
  const displaced: Seat[] = []
  const held = seats.flatMap(seat => {
    const schedule = previous.get(seat.job.key)
    const start = schedule === undefined ? undefined : startOf(seat.job.pattern, schedule)
    if (schedule !== undefined && start === undefined) seat.reason = 'its objective, window or time zone changed'
    return start === undefined ? [] : [{ seat, start, end: (start % minutesPerDay) + seat.length }]
  })
  for (const { seat, start } of held.sort((a, b) => a.end - b.end || byKey(a.seat.job, b.seat.job))) {
    const obstacle = board.obstacle(seat, start)
    if (obstacle === undefined) {
      board.place(seat, start)
      seat.kept = true
    } else {
      seat.reason = `${nameOf(obstacle.resource)} bears at most ${obstacle.resource.limit} at once`
      displaced.push(seat)
    }
  }
  return displaced
}

/** Places one seat after another; true for those that find no place. */
function inserter(board: Board): (seat: Seat) => boolean {
  const hopeless = new Set<string>()
  return seat => {
    const start = bestStart(seat)
    if (start !== undefined) {
      board.place(seat, start)
      return false
    }
    // What one could not find, none that is like it can.
    if (hopeless.has(seat.likeness)) return true
    if (!board.isOverfull(seat) && (makeRoom(board, seat) || ejectFor(board, seat))) return false
    hopeless.add(seat.likeness)
    return true
  }
}

function scheduleOf({ job, start, luck }: Seat): WrittenSchedule {
  const { starts, timeZone } = job.pattern
  return { expression: cronOf(job.pattern, start ?? starts[luck % starts.length] ?? 0), timeZone }
}

function moveOf(seat: Seat, from: WrittenSchedule | undefined): Move[] {
  const to = scheduleOf(seat)
  if (from === undefined || (from.expression === to.expression && from.timeZone === to.timeZone)) return []
  return [{ key: seat.job.key, from, to, reason: seat.reason ?? 'a limit asked for it' }]
}

const nameOf = ({ kind, name }: ResourceLoad) => `${resourceKinds[kind]} ${name}`
