import { minutesPerDay, wrap } from '../calendar/zone.js'
import { digest } from '../digest.js'
import { cycleMinutes } from '../objective/run-pattern.js'
import { addFixedRun } from './fixed-load.js'
import { type Burden, type FixedRun, limitOf, type ResourceKind, type StaggerJob, type StaggerLimits } from './job.js'
import { ResourceLoad } from './resource-load.js'
import type { Season } from './season.js'

/** A job on the board, placed or not. */
export interface Seat {
  readonly job: StaggerJob
  /** Minutes that a run keeps its resources; the next run of the same policy waits for it anyway. */
  readonly length: number
  /** The store first. */
  readonly resources: readonly ResourceLoad[]
  /** Minutes that the policy’s zone is ahead of UTC, by season. */
  readonly shifts: readonly number[]
  /** Decides where a free job goes, and who goes first: the same for a policy whatever else is there. */
  readonly luck: number
  /** What all interchangeable jobs share. */
  readonly likeness: string
  /** Present while placed. */
  start?: number
  /** Had its time before, and would be moved. */
  kept: boolean
  /** Why it was moved. */
  reason?: string
}

/** Who runs when, and what that leaves. Every change can be taken back. */
export class Board {
  readonly seats: Seat[] = []
  readonly #seasons: readonly Season[]
  readonly #limits: StaggerLimits
  readonly #resources = new Map<string, ResourceLoad>()
  readonly #log: { readonly seat: Seat; readonly start: number | undefined }[] = []

  constructor(seasons: readonly Season[], limits: StaggerLimits) {
    this.#seasons = seasons
    this.#limits = limits
  }

  addFixed(run: FixedRun): void {
    addFixedRun(run, this.#resourcesOf(run), this.#seasons)
  }

  addSeat(job: StaggerJob): Seat {
    const { pattern } = job
    const gap = pattern.runs > 1 ? pattern.spacing : minutesPerDay
    const length = Math.max(1, Math.min(Math.ceil(job.duration), gap, minutesPerDay))
    const resources = this.#resourcesOf(job)
    const seat: Seat = {
      job,
      length,
      resources,
      shifts: this.#seasons.map(season => season.get(pattern.timeZone) ?? 0),
      luck: luckOf(job.key),
      likeness: [pattern.name, length, ...resources.map(({ kind, name }) => `${kind} ${name}`)].join('|'),
      kept: false,
    }
    for (const resource of resources) resource.expect(pattern, length)
    this.seats.push(seat)
    return seat
  }

  place(seat: Seat, start: number): void {
    this.#log.push({ seat, start: seat.start })
    this.#set(seat, start)
  }

  lift(seat: Seat): void {
    this.#log.push({ seat, start: seat.start })
    this.#set(seat, undefined)
  }

  /** A point that `rollBack` returns to. */
  get mark(): number {
    return this.#log.length
  }

  rollBack(mark: number): void {
    while (this.#log.length > mark) {
      const last = this.#log.pop()
      if (last !== undefined) this.#set(last.seat, last.start)
    }
  }

  /** What a seat that is not placed would overfill at a start. */
  obstacle(seat: Seat, start: number): { resource: ResourceLoad; season: number; minute: number } | undefined {
    const { cycle } = seat.job.pattern
    const size = cycleMinutes[cycle]
    for (const resource of seat.resources) {
      if (!Number.isFinite(resource.limit)) continue
      for (let season = 0; season < this.#seasons.length; season += 1) {
        for (const from of runsOf(seat, start, season)) {
          for (let step = 0; step < seat.length; step += 1) {
            const minute = (from + step) % size
            if (resource.isFull(season, cycle, minute)) return { resource, season, minute }
          }
        }
      }
    }
    return undefined
  }

  /** Whether the runs of a seat’s window are more than one of its resources bears, however they are placed. */
  isOverfull({ resources, job }: Seat): boolean {
    return resources.some(resource => {
      const { work, minutes } = resource.demandOf(job.pattern.window)
      return work > resource.limit * minutes
    })
  }

  #set(seat: Seat, start: number | undefined): void {
    if (seat.start !== undefined) this.#burden(seat, seat.start, -1)
    if (start === undefined) delete seat.start
    else {
      seat.start = start
      this.#burden(seat, start, 1)
    }
  }

  #burden(seat: Seat, start: number, by: number): void {
    for (const resource of seat.resources) {
      this.#seasons.forEach((_, season) => {
        for (const from of runsOf(seat, start, season)) {
          resource.add(season, seat.job.pattern.cycle, from, seat.length, by)
        }
      })
      const first = wrap(start - (seat.shifts[0] ?? 0), minutesPerDay)
      resource.starts[first] = (resource.starts[first] ?? 0) + by
    }
  }

  #resourcesOf(burden: Burden): ResourceLoad[] {
    const { store, storeLimit, nodePool, storageClass } = burden
    const found = [this.#resource('store', store, storeLimit)]
    if (nodePool !== undefined) found.push(this.#resource('nodePool', nodePool))
    if (storageClass !== undefined) found.push(this.#resource('storageClass', storageClass))
    return found
  }

  // Repository objects that name one store may state different limits; the smallest holds.
  #resource(kind: ResourceKind, name: string, own?: number): ResourceLoad {
    const key = `${kind} ${name}`
    const limit = limitOf(this.#limits, kind, name, own)
    const resource = this.#resources.get(key) ?? new ResourceLoad(kind, name, limit, this.#seasons.length)
    resource.limit = Math.min(resource.limit, limit)
    this.#resources.set(key, resource)
    return resource
  }
}

/** UTC minutes of the cycle at which a seat’s runs begin. */
export function runsOf({ job, shifts }: Seat, start: number, season: number): number[] {
  const { cycle, runs, spacing } = job.pattern
  const first = start - (shifts[season] ?? 0)
  return Array.from({ length: runs }, (_, run) => wrap(first + run * spacing, cycleMinutes[cycle]))
}

const lucks = new Map<string, number>()

/** A number from 0 to 2^32 that a name always has. */
export function luckOf(key: string): number {
  const luck = lucks.get(key) ?? Number.parseInt(digest(key, 8), 16)
  lucks.set(key, luck)
  return luck
}
