import { formatDuration } from '../duration.js'
import type { Problem } from '../problem.js'
import type { Board, Seat } from './board.js'
import { type ResourceKind, resourceKinds } from './job.js'

/** Policies of one window that a resource has no room for. */
export interface Shortage {
  readonly kind: ResourceKind
  readonly name: string
  /** Runs that it bears at once. */
  readonly limit: number
  readonly window: string
  /** Policies of the window that burden it, and their runs in a cycle. */
  readonly policies: number
  readonly runs: number
  /** Minutes that the runs take, and minutes that the window has room for. */
  readonly needed: number
  readonly room: number
  /** Policies that found no place, sorted. */
  readonly lost: readonly string[]
}

/** Why seats found no place: the resource that is scarcest in their window. */
export function shortageOf(board: Board, lost: readonly Seat[]): Shortage[] {
  const groups = new Map<string, Seat[]>()
  for (const seat of lost) {
    const resource = scarcest(seat)
    const key = `${resource?.kind} ${resource?.name} ${seat.job.pattern.window}`
    groups.set(key, [...(groups.get(key) ?? []), seat])
  }
  return [...groups.values()].flatMap(group => {
    const [first] = group
    const resource = first === undefined ? undefined : scarcest(first)
    if (first === undefined || resource === undefined) return []
    const { window } = first.job.pattern
    const rivals = board.seats.filter(seat => seat.resources.includes(resource) && seat.job.pattern.window === window)
    const { work, minutes } = resource.demandOf(window)
    return [
      {
        kind: resource.kind,
        name: resource.name,
        limit: resource.limit,
        window,
        policies: rivals.length,
        runs: rivals.reduce((sum, seat) => sum + seat.job.pattern.runs, 0),
        needed: Math.ceil(work),
        room: minutes * resource.limit,
        lost: group.map(seat => seat.job.key).sort(),
      },
    ]
  })
}

function scarcest(seat: Seat) {
  return [...seat.resources].sort((a, b) => b.work / b.limit - a.work / a.limit)[0]
}

/** A shortage in words (HF5202). */
export function shortageProblem(shortage: Shortage): Problem {
  const { kind, name, limit, window, policies, runs, needed, room, lost } = shortage
  const named = lost.slice(0, 3).join(', ')
  const others = lost.length > 3 ? ` and ${lost.length - 3} more` : ''
  const enough = Math.ceil((limit * needed) / Math.max(1, room))
  const raise = enough > limit ? ` (${enough} or more would do)` : ''
  const setting = kind === 'store' ? 'maxConcurrentSessions' : 'the limit'
  const minutes = (count: number) => formatDuration(count * 60_000)
  const message = `${policies} policies with ${runs} runs need ${minutes(needed)} a day in ${window}, and ${resourceKinds[kind]} ${name} has room for ${minutes(room)} there (${limit} at once); ${lost.length} found no place: ${named}${others}. Widen the window, raise ${setting}${raise}, or expect shorter sessions`
  return { code: 'HF5202', object: lost[0] ?? name, path: 'spec.schedule', message }
}
