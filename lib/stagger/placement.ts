import { minutesPerDay, wrap } from '../calendar/zone.js'
import { cycleDays, cycleMinutes } from '../objective/run-pattern.js'
import { luckOf, type Seat } from './board.js'
import type { ResourceLoad } from './resource-load.js'

/** A store with a limit up to this starts its runs together; a larger one in so many groups. */
const startTogether = 4

/** Days of a week or month that are looked at where any of them would do. */
const daysLookedAt = 3

/**
 * The best start of a seat that is not placed, without moving any other; undefined when every start is full. The
 * quietest minutes win; among these, those that leave no gaps too short for a run, then those at which the fewest
 * begin, then the first from where the policy’s name points. Of a week or month, three days are compared.
 */
export function bestStart(seat: Seat): number | undefined {
  const days = cycleDays[seat.job.pattern.cycle]
  const first = seat.luck % days
  let best: Choice | undefined
  for (let step = 0; step < days && (step < daysLookedAt || best === undefined); step += 1) {
    // Five is prime to 7 and to 28, so that every day has its turn.
    const choice = bestOfDay(seat, (first + step * 5) % days)
    if (choice !== undefined && (best === undefined || isBetter(choice, best))) best = choice
  }
  return best?.start
}

interface Choice {
  readonly start: number
  readonly cost: number
  /** Runs that begin in the same minute, and many more when the minute leaves a gap. */
  readonly crowd: number
}

const isBetter = (one: Choice, other: Choice) =>
  one.cost < other.cost || (one.cost === other.cost && one.crowd < other.crowd)

function bestOfDay(seat: Seat, day: number): Choice | undefined {
  const { starts, cycle } = seat.job.pattern
  const count = starts.length / cycleDays[cycle]
  const own = starts.slice(day * count, (day + 1) * count)
  const costs = costsOf(seat, own)
  const isEven = evenMinutes(seat)
  const store = seat.resources[0]
  const shift = seat.shifts[0] ?? 0
  let [best, bestCost, bestCrowd] = [-1, Infinity, Infinity]
  const first = seat.luck % count
  for (let step = 0; step < count; step += 1) {
    const index = first + step < count ? first + step : first + step - count
    const cost = costs[index] ?? Infinity
    if (cost > bestCost || cost === Infinity) continue
    const start = own[index] ?? 0
    const crowd = (store?.starts[wrap(start - shift, minutesPerDay)] ?? 0) + (isEven(start) ? 0 : 65_536)
    if (cost === bestCost && crowd >= bestCrowd) continue
    best = index
    bestCost = cost
    bestCrowd = crowd
  }
  return best < 0 ? undefined : { start: own[best] ?? 0, cost: bestCost, crowd: bestCrowd }
}

/** For each start of a day: the load that its runs meet, as shares of what the resources bear; infinite where one is full. */
function costsOf(seat: Seat, starts: readonly number[]): Float64Array {
  const costs = new Float64Array(starts.length)
  for (const resource of seat.resources) {
    const greatest = greatestLoads(seat, resource, starts)
    const { limit, scale } = resource
    for (let index = 0; index < costs.length; index += 1) {
      const load = greatest[index] ?? 0
      costs[index] = load >= limit ? Infinity : (costs[index] ?? 0) + load / scale
    }
  }
  return costs
}

function greatestLoads(seat: Seat, resource: ResourceLoad, starts: readonly number[]): Uint16Array {
  const { cycle, runs, spacing } = seat.job.pattern
  const midnight = Math.floor((starts[0] ?? 0) / minutesPerDay) * minutesPerDay
  const greatest = new Uint16Array(starts.length)
  seat.shifts.forEach((shift, season) => {
    const peaks = resource.peaks(season, cycle, wrap(midnight - shift, cycleMinutes[cycle]), seat.length)
    for (let index = 0; index < starts.length; index += 1) {
      let minute = (starts[index] ?? 0) - midnight
      let most = greatest[index] ?? 0
      for (let run = 0; run < runs; run += 1) {
        const peak = peaks[minute] ?? 0
        if (peak > most) most = peak
        minute += spacing
        if (minute >= minutesPerDay) minute -= minutesPerDay
      }
      greatest[index] = most
    }
  })
  return greatest
}

// Runs that begin at multiples of their length fit behind each other without waste. Stores differ in where they begin,
// so that a cluster’s runs do not all begin in the same minutes.
function evenMinutes({ resources, length }: Seat): (start: number) => boolean {
  const store = resources[0]
  const limit = store?.limit ?? Infinity
  const phase = luckOf(store?.name ?? '') % length
  const groups = Number.isFinite(limit) ? Math.min(Math.max(Math.ceil(limit / startTogether), 1), length) : length
  return start => {
    const rest = wrap(start - phase, length)
    return Math.floor((rest * groups) / length) !== Math.floor(((rest - 1) * groups) / length)
  }
}
