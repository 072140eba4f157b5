import { wrap } from '../calendar/zone.js'
import { cycleMinutes } from '../objective/run-pattern.js'
import { type Board, runsOf, type Seat } from './board.js'
import { bestStart } from './placement.js'
import type { ResourceLoad } from './resource-load.js'
import { makeRoom } from './room.js'

/** Starts that are looked at, starts that are tried, and jobs that may have to go for one. */
const [looks, tries, mostEjected] = [96, 8, 8]

/**
 * Places a seat for which no chain of single moves makes room, by taking several jobs out of one place and finding each
 * a new one: what a long run among short ones needs. False, and nothing changed, when that fails.
 */
export function ejectFor(board: Board, seat: Seat): boolean {
  const { starts } = seat.job.pattern
  const step = Math.max(1, Math.floor(starts.length / looks))
  const options = Array.from({ length: Math.ceil(starts.length / step) }, (_, index) => starts[index * step] ?? 0)
    .flatMap(start => {
      const mark = board.mark
      const ejected = clear(board, seat, start)
      board.rollBack(mark)
      return ejected === undefined ? [] : [{ start, ejected, kept: ejected.filter(({ kept }) => kept).length }]
    })
    .sort((a, b) => a.kept - b.kept || a.ejected.length - b.ejected.length || a.start - b.start)
  return options.slice(0, tries).some(option => settle(board, seat, option))
}

function settle(board: Board, seat: Seat, { start, ejected }: { start: number; ejected: readonly Seat[] }): boolean {
  const mark = board.mark
  for (const each of ejected) board.lift(each)
  board.place(seat, start)
  const longestFirst = [...ejected].sort((a, b) => b.length - a.length || a.luck - b.luck)
  const settled = longestFirst.every(each => {
    each.reason = `makes room for ${seat.job.key}`
    const best = bestStart(each)
    if (best === undefined) return makeRoom(board, each)
    board.place(each, best)
    return true
  })
  if (!settled) board.rollBack(mark)
  return settled
}

function clear(board: Board, seat: Seat, start: number): Seat[] | undefined {
  const ejected: Seat[] = []
  for (let obstacle = board.obstacle(seat, start); obstacle !== undefined; obstacle = board.obstacle(seat, start)) {
    const next = coverOf(board, seat, obstacle)
    if (next === undefined || ejected.length === mostEjected) return undefined
    board.lift(next)
    ejected.push(next)
  }
  return ejected
}

// Whoever had no time before goes first, then the longest: it frees most.
function coverOf(
  board: Board,
  seat: Seat,
  { resource, season, minute }: { resource: ResourceLoad; season: number; minute: number },
): Seat | undefined {
  let best: Seat | undefined
  for (const other of board.seats) {
    if (other.start === undefined || other.job.pattern.cycle !== seat.job.pattern.cycle) continue
    if (!other.resources.includes(resource) || !covers(other, other.start, season, minute)) continue
    if (best === undefined || rank(other) > rank(best)) best = other
  }
  return best
}

const rank = (seat: Seat) => (seat.kept ? 0 : 10_000) + seat.length

function covers(seat: Seat, start: number, season: number, minute: number): boolean {
  const size = cycleMinutes[seat.job.pattern.cycle]
  return runsOf(seat, start, season).some(from => wrap(minute - from, size) < seat.length)
}
