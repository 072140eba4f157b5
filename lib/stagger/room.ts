import { minutesPerDay, wrap } from '../calendar/zone.js'
import { type Board, runsOf, type Seat } from './board.js'
import { bestStart } from './placement.js'

/** A seat that needs a start, because the one before it in the chain takes its place. */
interface Link {
  readonly seat: Seat
  /** Jobs that had their time before and would be moved so far. */
  readonly moved: number
  readonly before?: { readonly link: Link; readonly start: number }
}

/** Places that are tried; beyond it the search gives up. */
const patience = 100_000

/**
 * Places a seat for which no start is free by moving others: each takes the place of the next, the last goes to a free
 * one. The search is breadth-first by the number of jobs moved that had their time before, so it moves the fewest that
 * such a chain can. False, and nothing changed, when there is none.
 */
export function makeRoom(board: Board, seat: Seat): boolean {
  const levels: Link[][] = [[{ seat, moved: 0 }]]
  const seen = new Set<string>()
  const effort = { left: patience }
  for (let moved = 0; moved < levels.length; moved += 1) {
    const level = levels[moved] ?? []
    for (const link of level) {
      if (effort.left <= 0) return false
      const mark = board.mark
      shift(board, link)
      const start = bestStart(link.seat)
      if (start !== undefined) {
        board.place(link.seat, start)
        explain(link, seat)
        return true
      }
      for (const next of displacements(board, link, seen, effort)) {
        const later = levels[next.moved] ?? []
        levels[next.moved] = later
        later.push(next)
      }
      board.rollBack(mark)
    }
  }
  return false
}

// A chain is read from its end, and carried out from its beginning.
function shift(board: Board, link: Link): void {
  if (link.before === undefined) return
  shift(board, link.before.link)
  board.lift(link.seat)
  board.place(link.before.link.seat, link.before.start)
}

function explain(link: Link, newcomer: Seat): void {
  for (let each: Link | undefined = link; each?.before !== undefined; each = each.before.link) {
    each.seat.reason = `makes room for ${newcomer.job.key}`
  }
}

function displacements(board: Board, link: Link, seen: Set<string>, effort: { left: number }): Link[] {
  const found: Link[] = []
  const inChain = new Set<Seat>()
  for (let each: Link | undefined = link; each !== undefined; each = each.before?.link) inChain.add(each.seat)
  for (const [name, other] of alternatives(board, link.seat)) {
    if (seen.has(name) || inChain.has(other)) continue
    const mark = board.mark
    const touching = startsTouching(link.seat, other)
    effort.left -= touching.length
    board.lift(other)
    const start = touching.find(each => board.obstacle(link.seat, each) === undefined)
    board.rollBack(mark)
    if (start === undefined) continue
    seen.add(name)
    found.push({ seat: other, moved: link.moved + (other.kept ? 1 : 0), before: { link, start } })
  }
  return found
}

// Of jobs that share everything, one stands for all.
function alternatives(board: Board, seat: Seat): Map<string, Seat> {
  const limited = new Set(seat.resources.filter(({ limit }) => Number.isFinite(limit)))
  const found = new Map<string, Seat>()
  for (const other of board.seats) {
    if (other.start === undefined || !other.resources.some(resource => limited.has(resource))) continue
    const name = `${other.likeness}|${other.start}|${other.kept}`
    if (!found.has(name)) found.set(name, other)
  }
  return found
}

/** The starts of a seat at which a run of it and a run of the other meet, those that take its very place first. */
export function startsTouching(seat: Seat, other: Seat): number[] {
  const { cycle, runs, spacing, starts, indexOf } = seat.job.pattern
  if (other.start === undefined) return []
  if (cycle !== 'day' || other.job.pattern.cycle !== 'day') return [...starts]
  const found = new Set<number>()
  const reach = Math.max(seat.length, other.length)
  for (const begin of runsOf(other, other.start, 0)) {
    for (let step = 0; step < 2 * reach; step += 1) {
      const delta = step % 2 === 0 ? step / 2 : -(step + 1) / 2
      if (delta >= other.length || delta <= -seat.length) continue
      for (let run = 0; run < runs; run += 1) {
        const start = wrap(begin + delta + (seat.shifts[0] ?? 0) - run * spacing, minutesPerDay)
        if (indexOf.has(start)) found.add(start)
      }
    }
  }
  return [...found]
}
