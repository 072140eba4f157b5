import { type Churn, growthOf, meanInterval, type StoragePoint } from './growth.js'
import type { PriceTable } from './price-table.js'
import {
  checkRequests,
  forgetRequests,
  packBytes,
  pruneRequests,
  type Requests,
  type StoreShape,
  sessionRequests,
  sumOf,
  times,
} from './requests.js'
import type { RetentionSimulation } from './simulate.js'
import type { Upkeep } from './upkeep.js'

/** What one policy costs in a month, at the end of its simulation. An estimate: docs/retention.md has its limits. */
export interface MonthlyCost {
  readonly currency: string
  readonly storage: number
  readonly requests: number
  readonly egress: number
  /** At most: every removed byte is taken to be new. 0 unless the table has `minimumStorageDays`. */
  readonly earlyRemoval: number
  readonly total: number
  /** What is paid for, in a month; stored bytes are the mean. */
  readonly figures: Requests & { readonly storedBytes: number; readonly egressBytes: number }
}

export interface CostOptions {
  /** Policies that share the repository, and the work on it, evenly. @default 1 */
  readonly policies?: number
}

const day = 86_400_000
const month = (365 / 12) * day
const gibibyte = 1024 ** 3
// restic’s index files hold at most so many blobs, of about a mebibyte each.
const blobsPerIndex = 50_000

/**
 * Estimates what a policy costs in a month: the stored bytes of the growth model, the requests of sessions, forget,
 * prune and check, and what prune and check read. 0 for a policy that never runs.
 */
export function costOf(
  simulation: RetentionSimulation,
  churn: Churn,
  upkeep: Upkeep,
  prices: PriceTable,
  options: CostOptions = {},
): MonthlyCost {
  const recent = growthOf(simulation, churn, upkeep).slice(-5)
  if (recent.length === 0) return priced({ puts: 0, gets: 0, lists: 0, storedBytes: 0, egressBytes: 0 }, 0, prices)
  const policies = options.policies ?? 1
  const stored = mean(recent.map(each => each.storedBytes))
  const added = addedPerMonth(recent)
  const runs = simulation.runs === 0 ? 0 : month / meanInterval(simulation)
  const repacked = repackedBy(added, upkeep)
  const read = upkeep.readBytes(stored)
  const shape = shapeOf(simulation, stored, runs, policies, upkeep)
  const [prunes, checks] = [month / upkeep.pruneInterval, month / upkeep.checkInterval]
  const forgets = Math.min(runs, month / (upkeep.forgetInterval ?? 1))
  const requests = sumOf(
    times(runs, sessionRequests(shape, runs === 0 ? 0 : added / runs)),
    times(forgets, forgetRequests(shape)),
    times(prunes / policies, pruneRequests(shape, repacked * policies)),
    times(checks / policies, checkRequests(shape, read * policies)),
  )
  const egressBytes = prunes * repacked + checks * read
  return priced({ ...requests, storedBytes: stored, egressBytes }, added, prices)
}

function priced(figures: MonthlyCost['figures'], removed: number, prices: PriceTable): MonthlyCost {
  const storage = (figures.storedBytes / gibibyte) * prices.storagePerGiBMonth
  const { putPer1000, getPer1000, listPer1000 } = prices
  const requests = (figures.puts * putPer1000 + figures.gets * getPer1000 + figures.lists * listPer1000) / 1000
  const egress = (figures.egressBytes / gibibyte) * prices.egressPerGiB
  const months = ((prices.minimumStorageDays ?? 0) * day) / month
  const earlyRemoval = (removed / gibibyte) * prices.storagePerGiBMonth * months
  const total = storage + requests + egress + earlyRemoval
  return { currency: prices.currency, storage, requests, egress, earlyRemoval, total, figures }
}

// The first point is the first backup of all, which comes once.
function addedPerMonth(points: readonly StoragePoint[]): number {
  const [first, last] = [points[0]?.at.getTime() ?? 0, points.at(-1)?.at.getTime() ?? 0]
  const added = points.slice(1).reduce((sum, each) => sum + each.addedBytes, 0)
  return last === first ? 0 : (added * month) / (last - first)
}

// Once a policy has its full history, as much is freed as is added; for each byte freed a used one is rewritten.
function repackedBy(addedMonthly: number, upkeep: Upkeep): number {
  if (upkeep.unusedBytes(1) === Number.POSITIVE_INFINITY) return 0
  return Math.min(upkeep.maxRepackBytes, (addedMonthly * upkeep.pruneInterval) / month)
}

function shapeOf(
  simulation: RetentionSimulation,
  stored: number,
  runs: number,
  policies: number,
  upkeep: Upkeep,
): StoreShape {
  // Each backup adds an index and a pack of metadata, until a prune makes few of them.
  const sincePrune = (runs * policies * upkeep.pruneInterval) / month / 2
  const kept = simulation.samples.at(-1)?.times.length ?? 0
  const packs = Math.ceil((stored * policies) / packBytes)
  const indexes = Math.ceil((stored * policies) / (blobsPerIndex * 1024 ** 2)) + sincePrune
  return { snapshots: kept * policies, indexes, treePacks: 1 + sincePrune, packs }
}

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length
