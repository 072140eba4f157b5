import { minutesPerDay } from '../calendar/zone.js'
import { cycleDays, cycleMinutes, type RunPattern } from '../objective/run-pattern.js'
import type { ResourceKind } from './job.js'

type Cycle = RunPattern['cycle']
/** Cycles that come together in every combination sooner or later, so their greatest loads add up. */
interface LongCycle {
  readonly load: Uint16Array
  /** The greatest load of each minute of the day, over all days of the cycle. */
  readonly most: Uint16Array
}

/** How many runs are at work in each minute, for one state of the zones’ clocks. */
class SeasonLoad {
  readonly #day = new Uint16Array(minutesPerDay)
  readonly #long: Partial<Record<Exclude<Cycle, 'day'>, LongCycle>> = {}

  add(cycle: Cycle, from: number, length: number, by: number): void {
    const { load, most } = this.#of(cycle)
    const size = cycleMinutes[cycle]
    for (let step = 0; step < length; step += 1) {
      const minute = (from + step) % size
      load[minute] = (load[minute] ?? 0) + by
      if (most !== undefined) refresh(load, most, minute % minutesPerDay)
    }
  }

  /** The greatest load that minutes of a cycle can meet, from one on. */
  total(cycle: Cycle, from: number, length: number): Uint16Array {
    const own = cycle === 'day' ? undefined : this.#of(cycle).load
    const loads = [this.#day, own, this.#long.week?.most, this.#long.month?.most].filter(load => load !== undefined)
    const total = new Uint16Array(length)
    for (const load of loads) {
      // What the cycle itself is made of is not counted by its greatest day as well.
      if (own !== undefined && cycle !== 'day' && load === this.#long[cycle]?.most) continue
      let minute = from % load.length
      for (let index = 0; index < length; index += 1) {
        total[index] = (total[index] ?? 0) + (load[minute] ?? 0)
        minute += 1
        if (minute === load.length) minute = 0
      }
    }
    return total
  }

  at(cycle: Cycle, minute: number): number {
    const time = minute % minutesPerDay
    let sum = this.#day[time] ?? 0
    for (const name of ['week', 'month'] as const) {
      const long = this.#long[name]
      if (long !== undefined) sum += (name === cycle ? long.load[minute] : long.most[time]) ?? 0
    }
    return sum
  }

  #of(cycle: Cycle): { load: Uint16Array; most: Uint16Array | undefined } {
    if (cycle === 'day') return { load: this.#day, most: undefined }
    const made = { load: new Uint16Array(cycleMinutes[cycle]), most: new Uint16Array(minutesPerDay) }
    const long = this.#long[cycle] ?? made
    this.#long[cycle] = long
    return long
  }
}

function refresh(load: Uint16Array, most: Uint16Array, time: number): void {
  let greatest = 0
  for (let minute = time; minute < load.length; minute += minutesPerDay)
    greatest = Math.max(greatest, load[minute] ?? 0)
  most[time] = greatest
}

/** A store, node pool or storage class: how many runs burden it when, and how many may. */
export class ResourceLoad {
  readonly kind: ResourceKind
  readonly name: string
  limit: number
  /** Runs that begin in each minute of the day (UTC). */
  readonly starts = new Uint16Array(minutesPerDay)
  /** Minutes of work a day, of all that is to be placed. */
  work = 0
  readonly #demands = new Map<string, { work: number; readonly reached: Uint8Array; readonly known: Set<string> }>()
  readonly #seasons: readonly SeasonLoad[]

  constructor(kind: ResourceKind, name: string, limit: number, seasons: number) {
    this.kind = kind
    this.name = name
    this.limit = limit
    this.#seasons = Array.from({ length: seasons }, () => new SeasonLoad())
  }

  /** Counts a run that is to be placed. */
  expect(pattern: RunPattern, length: number): void {
    const work = (pattern.runs * length) / cycleDays[pattern.cycle]
    const fresh = { work: 0, reached: new Uint8Array(minutesPerDay), known: new Set<string>() }
    const demand = this.#demands.get(pattern.window) ?? fresh
    this.#demands.set(pattern.window, demand)
    this.work += work
    demand.work += work
    const likeness = `${pattern.name} ${length}`
    if (!demand.known.has(likeness)) markReached(demand.reached, pattern, length)
    demand.known.add(likeness)
  }

  /** Minutes of work a day of all runs of a window, and minutes of the day that they can reach. */
  demandOf(window: string): { work: number; minutes: number } {
    const demand = this.#demands.get(window)
    if (demand === undefined) return { work: 0, minutes: 0 }
    return { work: demand.work, minutes: demand.reached.reduce((sum, each) => sum + each, 0) }
  }

  add(season: number, cycle: Cycle, from: number, length: number, by: number): void {
    this.#seasons[season]?.add(cycle, from, length, by)
  }

  isFull(season: number, cycle: Cycle, minute: number): boolean {
    return (this.#seasons[season]?.at(cycle, minute) ?? 0) >= this.limit
  }

  /** For each minute of a day that begins somewhere in a cycle: the greatest load from it on, for so many minutes. */
  peaks(season: number, cycle: Cycle, from: number, length: number): Uint16Array {
    const reach = minutesPerDay + length - 1
    return greatestAhead(this.#seasons[season]?.total(cycle, from, reach) ?? new Uint16Array(reach), length)
  }

  /** What one more run weighs here: a share of the limit, else of the load that an even spread would have. */
  get scale(): number {
    return Number.isFinite(this.limit) ? this.limit : Math.max(1, this.work / minutesPerDay)
  }
}

// Every day of a cycle has the same times.
function markReached(reached: Uint8Array, pattern: RunPattern, length: number): void {
  const { cycle, starts, runs, spacing } = pattern
  for (const start of starts.slice(0, starts.length / cycleDays[cycle])) {
    for (let run = 0; run < runs; run += 1) {
      const from = start + run * spacing
      for (let step = 0; step < length; step += 1) reached[(from + step) % minutesPerDay] = 1
    }
  }
}

// van Herk: the maximum of any stretch is that of the end of one block and the beginning of the next.
function greatestAhead(values: Uint16Array, length: number): Uint16Array {
  const reach = values.length
  const [ahead, behind] = [new Uint16Array(reach), new Uint16Array(reach)]
  let most = 0
  for (let index = 0; index < reach; index += 1) {
    const value = values[index] ?? 0
    most = index % length === 0 || value > most ? value : most
    behind[index] = most
  }
  most = 0
  for (let index = reach - 1; index >= 0; index -= 1) {
    const value = values[index] ?? 0
    most = (index + 1) % length === 0 || value > most ? value : most
    ahead[index] = most
  }
  const greatest = new Uint16Array(reach - length + 1)
  for (let index = 0; index < greatest.length; index += 1) {
    greatest[index] = Math.max(ahead[index] ?? 0, behind[index + length - 1] ?? 0)
  }
  return greatest
}
