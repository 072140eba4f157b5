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
  /** Packs of folders’ metadata. */
  readonly treePacks: number
  /** Packs of data: a LIST gives a thousand names. */
  readonly packs: number
}

/** restic aims at packs of this size. */
export const packBytes = 16 * 1024 ** 2

/*
 * Counted with restic 0.18.0 against rest-server, without a cache: every command opens the repository; a lock is a PUT
 * and two LISTs.
 */
const opening: Requests = { puts: 0, gets: 3, lists: 1 }
const lock: Requests = { puts: 1, gets: 0, lists: 2 }

/** Requests of one session: is the repository there, the backup, and the confirmation of its snapshot. */
export function sessionRequests(shape: StoreShape, addedBytes: number): Requests {
  const stored = { puts: Math.max(1, Math.ceil(addedBytes / packBytes)) + 3, gets: 0, lists: 0 }
  const read = { puts: 0, gets: shape.snapshots + shape.indexes + 2, lists: 2 }
  const confirmed = { puts: 0, gets: shape.snapshots, lists: 1 }
  return sumOf(opening, opening, lock, stored, read, opening, confirmed)
}

/** Requests of a maintain Job that applies retention to one host and path, without check and prune. */
export function forgetRequests(shape: StoreShape): Requests {
  const unlock = { puts: 0, gets: 0, lists: 1 }
  const forget = { puts: 0, gets: shape.snapshots + 1, lists: 1 }
  const statistics = { puts: 0, gets: shape.snapshots + shape.indexes + shape.treePacks, lists: 2 }
  return sumOf(opening, unlock, opening, opening, lock, forget, opening, statistics)
}

/** Requests of one prune that rewrites so many bytes. */
export function pruneRequests(shape: StoreShape, repackedBytes: number): Requests {
  const packs = Math.ceil(repackedBytes / packBytes)
  const read = shape.snapshots + 2 * shape.indexes + shape.treePacks + packs
  return sumOf(opening, lock, { puts: packs + 2, gets: read, lists: 2 + pages(shape) })
}

/** Requests of one check that reads so many bytes of the data. */
export function checkRequests(shape: StoreShape, readBytes: number): Requests {
  const read = shape.snapshots + shape.indexes + shape.treePacks + Math.ceil(readBytes / packBytes)
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
