import { apiConditions, watchConditions } from './api/conditions.js'
import { leaderConditions } from './controllers.js'
import { answerEffects, type Effect, type Fault, type Plan } from './plan.js'
import { nameOf, type Point } from './point.js'
import { shuffled } from './seeded.js'

const reads = new Set(['get', 'list', 'watch'])
const words = ({ deed }: Point): readonly string[] => deed.split(' ')
const isRestic = (point: Point): boolean => words(point)[1] === 'restic'
const isController = (point: Point): boolean => ['controller', 'rival'].includes(words(point)[0] ?? '')
const isTrigger = (point: Point): boolean => words(point)[0] === 'trigger'
const verbOf = (point: Point): string => words(point)[1] ?? ''
const resourceOf = (point: Point): string => words(point)[2] ?? ''
const isLease = (point: Point): boolean => resourceOf(point).startsWith('leases')

/** Points at which somebody changes something outside itself. */
export const writes = (points: readonly Point[]): Point[] =>
  points.filter(point => isRestic(point) || (!reads.has(verbOf(point)) && !isLease(point)))

const single = (fault: Fault): Plan => ({ conditions: [], faults: [fault] })

/** Both sides of a point: the deed never came about, or nobody learned that it did. */
export function crashes(point: Point): Fault[] {
  const pair: readonly Effect[] = isRestic(point) ? ['kill-before', 'kill-after'] : ['crash-before', 'crash-after']
  return pair.map(effect => ({ at: point, effect }))
}

/** A crash before and after every write and every restic call. */
export const crashSingles = (points: readonly Point[]): Plan[] => writes(points).flatMap(crashes).map(single)

/** A second crash after a first one; its points are those of the course with the first. */
export function crashPairs(first: Fault, points: readonly Point[]): Plan[] {
  const at = points.findIndex(point => nameOf(point) === nameOf(first.at))
  return writes(points.slice(at + 1))
    .flatMap(crashes)
    .map(second => ({ conditions: [], faults: [first, second] }))
}

/** Every wrong answer to every request of the controller and the trigger. */
export const answers = (points: readonly Point[]): Plan[] =>
  points
    .filter(point => (isController(point) || isTrigger(point)) && !isLease(point))
    .flatMap(at => answerEffects.map(effect => single({ at, effect })))

/** Resources that the controller watches. */
export const watched = (points: readonly Point[]): string[] =>
  [...new Set(points.filter(each => isController(each) && verbOf(each) === 'watch').map(resourceOf))].sort()

/** From every write on, the watch of one resource shows nothing for minutes. */
export const frozenWatches = (points: readonly Point[], resources: readonly string[]): Plan[] =>
  points
    .filter(point => isController(point) && !reads.has(verbOf(point)) && !isLease(point))
    .flatMap(at => resources.map(of => single({ at, effect: 'freeze', of })))

/** A crash after a write, and first lists after it that do not show it, nor some changes before it, for minutes. */
export const staleRestarts = (points: readonly Point[]): Plan[] =>
  points
    .filter(point => isController(point) && !reads.has(verbOf(point)) && !isLease(point))
    .map(at => single({ at, effect: 'crash-stale' }))

const lasting = (name: string): Plan => ({ conditions: [name], faults: [] })

/** What may hold through a whole flow. */
export const weathers: readonly Plan[] = [...apiConditions, ...watchConditions].map(lasting)
export const leaders: readonly Plan[] = leaderConditions.map(lasting)

/** The controller's wall clock jumps by an hour at a point; its monotonic one does not. */
export const clockJumps = (points: readonly Point[]): Plan[] =>
  points
    .filter(point => isController(point) && !reads.has(verbOf(point)) && !isLease(point))
    .flatMap(at => (['clock-ahead', 'clock-behind'] as const).map(effect => single({ at, effect })))

/**
 * A part of many plans, in which each point of each plan is met at least `times` times as long as there are plans that
 * have it; which of them is up to the seed.
 */
export function covering(plans: readonly Plan[], times: number, seed: number): Plan[] {
  const met = new Map<string, number>()
  return shuffled(plans, seed).filter(({ faults }) => {
    const names = faults.map(({ at }) => nameOf(at))
    const wanted = names.some(name => (met.get(name) ?? 0) < times)
    if (wanted) for (const name of names) met.set(name, (met.get(name) ?? 0) + 1)
    return wanted
  })
}
