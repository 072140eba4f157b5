import { grouped } from '../grouped.js'
import { decodeTags } from '../identity.js'
import type { Snapshot } from './messages.js'

/** What a restore rule asks for. Exactly one of `snapshots` and `paths` holds something; neither means `latest`. */
export interface Wish {
  readonly host: string
  readonly snapshots: readonly string[]
  readonly paths: readonly string[]
}

/** One stored folder of a snapshot and where it goes below the destination: empty for the destination itself. */
export interface Selected {
  readonly id: string
  readonly storedPath: string
  readonly relative: string
}

export type Selection = { readonly selected: readonly Selected[] } | { readonly missing: string }

/** The snapshots that a rule selects; `missing` says in a person’s words why there is none. */
export function selectSnapshots(all: readonly Snapshot[], wish: Wish): Selection {
  const own = all.filter(snapshot => snapshot.host === wish.host)
  if (wish.paths.length > 0) return byPath(own, all, wish)
  const ids = wish.snapshots.filter(each => each !== 'latest')
  if (ids.length > 0) return byId(own, all, ids, wish.host)
  const latest = newestSet(own.filter(isOurs)) ?? newestForeign(own.filter(snapshot => !isOurs(snapshot)))
  if (latest !== undefined) return select(latest)
  const incomplete = own.length > 0 ? ' that belongs to a complete session' : ''
  return { missing: `host '${wish.host}' has no snapshot${incomplete}; ${known(all)}` }
}

const isOurs = (snapshot: Snapshot) => decodeTags(snapshot.tags).session !== undefined
const newest = (snapshots: readonly Snapshot[]): Snapshot | undefined =>
  snapshots.reduce<Snapshot | undefined>(
    (best, each) => (best === undefined || timeOf(each) >= timeOf(best) ? each : best),
    undefined,
  )
const timeOf = (snapshot: Snapshot) => Date.parse(snapshot.time)

// A session that stored one of its two paths is no recovery point: taking it would mix two moments.
function newestSet(snapshots: readonly Snapshot[]): Snapshot[] | undefined {
  const sets = grouped(snapshots, setKey)
  const complete = [...sets.values()]
    .map(newestPerPath)
    .filter(set => set.length === (decodeTags(set[0]?.tags).paths ?? set.length))
  return complete.reduce<Snapshot[] | undefined>(
    (best, set) => (best === undefined || lastTime(set) >= lastTime(best) ? set : best),
    undefined,
  )
}

const setKey = (snapshot: Snapshot) => {
  const { session, attempt } = decodeTags(snapshot.tags)
  return `${session}/${attempt ?? ''}`
}

const lastTime = (set: readonly Snapshot[]) => set.reduce((last, each) => Math.max(last, timeOf(each)), -Infinity)

function newestPerPath(snapshots: readonly Snapshot[]): Snapshot[] {
  return [...grouped(snapshots, pathKey).values()].flatMap(same => newest(same) ?? [])
}

const pathKey = (snapshot: Snapshot) => JSON.stringify(snapshot.paths)

// Other tools’ snapshots know no sessions: the newest of each set of paths is all that can be said.
function newestForeign(snapshots: readonly Snapshot[]): Snapshot[] | undefined {
  return snapshots.length === 0 ? undefined : newestPerPath(snapshots)
}

function byId(own: readonly Snapshot[], all: readonly Snapshot[], ids: readonly string[], host: string): Selection {
  const found = ids.map(id => own.find(snapshot => snapshot.id.startsWith(id)))
  const lacking = ids[found.indexOf(undefined)]
  if (lacking === undefined) return apart(select(found.filter(snapshot => snapshot !== undefined)))
  const foreign = all.find(snapshot => snapshot.id.startsWith(lacking))
  if (foreign === undefined) return { missing: `there is no snapshot ${lacking}; ${known(all)}` }
  return { missing: `snapshot ${lacking} is of host '${foreign.host}', not '${host}'; set sourceHost if that is meant` }
}

function byPath(own: readonly Snapshot[], all: readonly Snapshot[], { host, paths }: Wish): Selection {
  const found = paths.map(path => newest(own.filter(snapshot => snapshot.paths.includes(path))))
  const lacking = paths[found.indexOf(undefined)]
  if (lacking !== undefined) return { missing: `host '${host}' has no snapshot of ${lacking}; ${known(all)}` }
  const pairs = found.flatMap((snapshot, index) =>
    snapshot === undefined ? [] : [{ snapshot, path: paths[index] ?? '' }],
  )
  return apart({ selected: placed(pairs) })
}

const select = (snapshots: readonly Snapshot[]): Selection => ({
  selected: placed(snapshots.flatMap(snapshot => snapshot.paths.map(path => ({ snapshot, path })))),
})

// Two moments of one folder poured into one place would be neither.
function apart(selection: Selection): Selection {
  if ('missing' in selection) return selection
  const { selected } = selection
  const places = new Set<string>()
  const twice = selected.find(({ relative }) => places.size === places.add(relative).size)
  if (twice === undefined) return selection
  const ids = selected.filter(each => each.relative === twice.relative).map(each => each.id.slice(0, 8))
  return {
    missing: `the selection would pour ${ids.join(' and ')} into one folder (${twice.storedPath}); name one of them`,
  }
}

function placed(pairs: readonly { snapshot: Snapshot; path: string }[]): Selected[] {
  const common = commonFolder(pairs.map(pair => pair.path))
  return pairs
    .map(({ snapshot, path }) => {
      const root = decodeTags(snapshot.tags).root
      return { id: snapshot.id, storedPath: path, relative: below(root, path) ?? below(common, path) ?? '' }
    })
    .sort((a, b) => a.relative.length - b.relative.length)
}

/** `path` relative to `root`; undefined when it does not lie there. */
function below(root: string | undefined, path: string): string | undefined {
  if (root === undefined || !root.startsWith('/')) return undefined
  const base = root.replace(/\/+$/, '')
  if (path === base || `${path}/` === root) return ''
  return path.startsWith(`${base}/`) ? path.slice(base.length + 1) : undefined
}

function commonFolder(paths: readonly string[]): string {
  const all = paths.map(path => path.split('/'))
  const first = all[0] ?? []
  const differs = first.findIndex((part, index) => all.some(other => other[index] !== part))
  return (differs < 0 ? first : first.slice(0, differs)).join('/') || '/'
}

/** The hosts and paths that there are, a few. */
function known(all: readonly Snapshot[]): string {
  if (all.length === 0) return 'the repository has no snapshot at all'
  const places = [...new Set(all.flatMap(snapshot => snapshot.paths.map(path => `${snapshot.host}:${path}`)))]
  const few = places.slice(-5).join(', ')
  return `the repository has ${few}${places.length > 5 ? ` and ${places.length - 5} more` : ''}`
}
