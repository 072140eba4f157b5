/** Requests to a store by the class in which they are paid. A HEAD counts as a GET; removals cost nothing. */
export interface Requests {
  readonly puts: number
  readonly gets: number
  readonly lists: number
}

/** What decides how many requests the commands make. */
export interface StoreShape {
  /** Snapshots in the repository, of all its policies. */
  readonly snapshots: number
  /** Files of the index: restic reads each, since a mover begins without a cache. */
  readonly indexes: number
  /** Packs of folders’ metadata; a backup leaves one, and beside it a pack of data that is not full. */
  readonly treePacks: number
  /** Full packs of data: a LIST gives a thousand names. */
  readonly packs: number
}

/** restic aims at packs of this size. */
export const packBytes = 16 * 1024 ** 2

/*
 * Counted with restic 0.18.0 against an S3 server (bench/store-operations), without a cache at first: every command opens
 * the repository; a lock is a PUT and two LISTs. The steps of one Job share a cache, so a snapshot and a file of the index
 * are read once in it, whoever needs them; only check trusts no cache.
 */
const opening: Requests = { puts: 0, gets: 3, lists: 1 }
const lock: Requests = { puts: 1, gets: 0, lists: 2 }

/** Requests of one session: is the repository there, the backup, and the confirmation of its snapshot. */
export function sessionRequests(shape: StoreShape, addedBytes: number): Requests {
  const stored = { puts: Math.max(1, Math.ceil(addedBytes / packBytes)) + 3, gets: 0, lists: 0 }
  const read = { puts: 0, gets: shape.snapshots + shape.indexes + 2, lists: 2 }
  const confirmed = { puts: 0, gets: 0, lists: 1 }
  return sumOf(opening, opening, lock, stored, read, opening, confirmed)
}

/** Requests of a maintain Job that applies retention to one host and path, without check and prune. */
export function forgetRequests(shape: StoreShape): Requests {
  const unlock = { puts: 0, gets: 0, lists: 1 }
  const forget = { puts: 0, gets: shape.snapshots + 1, lists: 1 }
  const statistics = { puts: 0, gets: shape.indexes + shape.treePacks + 2, lists: 2 }
  return sumOf(opening, unlock, opening, opening, lock, forget, opening, statistics)
}

/** What one prune that rewrites so many bytes adds to a maintain Job. */
export function pruneRequests(shape: StoreShape, repackedBytes: number): Requests {
  const packs = Math.ceil(repackedBytes / packBytes)
  return sumOf(opening, lock, {
    puts: packs + 2,
    gets: packs + partlyFull(shape, repackedBytes),
    lists: 2 + pages(shape),
  })
}

/** What one check that reads so many bytes of the data adds to a maintain Job. */
export function checkRequests(shape: StoreShape, readBytes: number): Requests {
  const packs = Math.ceil(readBytes / packBytes) + partlyFull(shape, readBytes)
  const read = shape.snapshots + shape.indexes + shape.treePacks + packs
  return sumOf(opening, lock, { puts: 0, gets: read, lists: 2 + pages(shape) })
}

/** So many times the requests. */
export const times = (count: number, { puts, gets, lists }: Requests): Requests => ({
  puts: count * puts,
  gets: count * gets,
  lists: count * lists,
})

/** Requests together. */
export function sumOf(...all: readonly Requests[]): Requests {
  return all.reduce((sum, each) => ({
    puts: sum.puts + each.puts,
    gets: sum.gets + each.gets,
    lists: sum.lists + each.lists,
  }))
}

const pages = ({ packs }: StoreShape) => Math.max(1, Math.ceil(packs / 1000))

/** Packs that are not full, among so many bytes of the data: each costs a request as a full one does. */
const partlyFull = ({ packs, treePacks }: StoreShape, bytes: number) =>
  Math.ceil(treePacks * Math.min(1, bytes / packBytes / Math.max(1, packs)))
