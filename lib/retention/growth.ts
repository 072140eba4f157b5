import type { RetentionSimulation } from './simulate.js'
import type { Upkeep } from './upkeep.js'

/**
 * How the data of a volume changes. The model: each day a share of the volume is overwritten at random places. Files
 * that are always the same ones (a log, the tail of a database) store less than this; data that is replaced as a whole
 * stores as much as this says for `dailyChange: 1`.
 */
export interface Churn {
  /** Bytes of the volume when the first backup ran. */
  readonly initialBytes: number
  /** Share of the volume that a day overwrites, 0 to 1. */
  readonly dailyChange: number
  /** Share of the initial size by which the volume grows in a day. @default 0 */
  readonly dailyGrowth?: number
  /** Stored bytes of a byte that is new: what compression and deduplication within the volume leave. @default 1 */
  readonly storedShare?: number
}

/** The store of one policy at one moment. */
export interface StoragePoint {
  readonly at: Date
  /** Bytes that a kept snapshot uses. */
  readonly usedBytes: number
  /** Bytes in the store, with what the next prune will free. */
  readonly storedBytes: number
  /** Bytes that were added since the point before. */
  readonly addedBytes: number
  /** Bytes that a prune freed at this point. */
  readonly freedBytes: number
}

const day = 86_400_000

/** Share of a volume that is no longer what it was after some days, when each overwrites a random part of it. */
export const changedShare = (churn: Churn, days: number): number => 1 - (1 - churn.dailyChange) ** days

/** Bytes of the volume itself, some days after the first backup. */
export const volumeBytes = (churn: Churn, days: number): number =>
  churn.initialBytes * (1 + (churn.dailyGrowth ?? 0) * days)

/**
 * Bytes that a set of snapshots uses together: the oldest whole, and of every other what changed since the kept one
 * before it. `times` newest first, `begin` the first backup, in milliseconds.
 */
export function usedBytes(times: readonly number[], churn: Churn, begin: number): number {
  let used = 0
  times.forEach((time, index) => {
    const older = times[index + 1]
    used += older === undefined ? volumeBytes(churn, (time - begin) / day) : newBytes(older, time, churn, begin)
  })
  return used * (churn.storedShare ?? 1)
}

function newBytes(older: number, newer: number, churn: Churn, begin: number): number {
  const [before, after] = [volumeBytes(churn, (older - begin) / day), volumeBytes(churn, (newer - begin) / day)]
  return before * changedShare(churn, (newer - older) / day) + (after - before)
}

/**
 * The store over the course of a simulation, about a point a week: what forget removed stays until a prune, and a prune
 * leaves what it may. Deduplication with other volumes of the repository is not counted.
 */
export function growthOf(simulation: RetentionSimulation, churn: Churn, upkeep: Upkeep): StoragePoint[] {
  const [first] = simulation.samples
  if (first === undefined) return []
  const points: StoragePoint[] = []
  let [stored, pruned] = [0, first.at]
  simulation.samples.forEach((sample, index) => {
    const previous = simulation.samples[index - 1]
    const used = usedBytes(sample.times, churn, first.at)
    const added = previous === undefined ? used : addedBetween(simulation, previous.at, sample.at, churn, first.at)
    stored = Math.max(used, stored + added)
    const isPruned = sample.at - pruned >= upkeep.pruneInterval
    const left = isPruned ? Math.min(stored, used + upkeep.unusedBytes(used)) : stored
    points.push({
      at: new Date(sample.at),
      usedBytes: used,
      storedBytes: left,
      addedBytes: added,
      freedBytes: stored - left,
    })
    stored = left
    if (isPruned) pruned = sample.at
  })
  return points
}

/** Mean time between two runs, in milliseconds. */
export function meanInterval(simulation: RetentionSimulation): number {
  const [first, last] = [simulation.samples[0]?.at ?? 0, simulation.samples.at(-1)?.at ?? 0]
  return simulation.runs < 2 ? Math.max(day, last - first) : (last - first) / (simulation.runs - 1)
}

function addedBetween(simulation: RetentionSimulation, from: number, to: number, churn: Churn, begin: number): number {
  const interval = meanInterval(simulation)
  const each = newBytes(to - interval, to, churn, begin)
  return ((to - from) / interval) * each * (churn.storedShare ?? 1)
}
