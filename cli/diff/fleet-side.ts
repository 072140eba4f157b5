import { existsSync, realpathSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix, relative } from 'node:path'
import { readManifestFiles } from '../../constructs/manifest-files.js'
import type { FileMemory } from '../../constructs/manifests/file-memory.js'
import type { ClaimExemption } from '../../lib/coverage/exemption.js'
import { knownOperators } from '../../lib/coverage/operators/known-operators.js'
import { type Fleet, fleetOf } from '../../lib/fleet/fleet.js'
import type { Problem } from '../../lib/problem.js'
import { exemptionsIn } from '../check/exemption-file.js'
import { exitCodes, UserError } from '../user-error.js'
import { askGit } from './git.js'
import { writeTree } from './git-tree.js'
import type { Revision, Side } from './revision.js'

/** One side as a fleet, and what people call it. */
export interface FleetSide {
  readonly name: string
  readonly fleet: Fleet
  readonly exemptions: readonly ClaimExemption[]
  /** What is not read: links and submodules of a revision. */
  readonly notes: readonly string[]
  /** Places that were asked for and are not there. */
  readonly missing: readonly string[]
}

export interface Selection {
  /** Folders and files of each side, from the present folder. @default - all below it */
  readonly path?: readonly string[]
  readonly exclude?: readonly string[]
  /** File of exemptions, of each side. @default - none beside annotations */
  readonly exemptions?: string
}

/** Reads a side; what `memory` knows from the other is not parsed again. Throws UserError when git cannot; what its files hold is among the fleet’s problems. */
export async function fleetSide(
  side: Side,
  selection: Selection,
  memory: FileMemory,
  signal: AbortSignal,
): Promise<FleetSide> {
  return 'place' in side
    ? placeSide(side.place, selection, memory)
    : await revisionSide(side.revision, selection, memory, signal)
}

function placeSide(
  place: string,
  { path = ['.'], exclude = [], exemptions }: Selection,
  memory: FileMemory,
): FleetSide {
  const inside = (each: string) => (place === '.' ? each : join(place, each))
  const missing = path.filter(each => !existsSync(inside(each)))
  const there = path.filter(each => !missing.includes(each)).map(inside)
  const listed = exemptions === undefined ? undefined : inside(exemptions)
  return {
    name: place === '.' ? 'the work tree' : place,
    fleet: fleetIn({ places: there, exclude: leftOut(exclude.map(inside), listed), memory }, text => text),
    exemptions: exemptionsAt(listed, text => text),
    notes: [],
    missing,
  }
}

async function revisionSide(
  revision: Revision,
  selection: Selection,
  memory: FileMemory,
  signal: AbortSignal,
): Promise<FleetSide> {
  // macOS has a link there, and what is read is known by its real path.
  const folder = realpathSync(await mkdtemp(join(tmpdir(), 'holdfast-diff-')))
  try {
    const { path = ['.'], exclude = [] } = selection
    const inside = await placesIn(revision, signal)
    const paths = path.map(inside)
    const listed = selection.exemptions === undefined ? undefined : inside(selection.exemptions)
    const wanted = listed === undefined ? paths : [...paths, listed]
    const { skipped, pointers } = await writeTree(revision, wanted, folder, signal)
    const list = listed === undefined ? undefined : join(folder, listed)
    const missing = path.filter((_, index) => !existsSync(join(folder, paths[index] ?? '')))
    const there = paths.map(each => join(folder, each)).filter(each => existsSync(each))
    const name = revision.path === undefined ? revision.name : `${revision.name}:${revision.path}`
    // A typing error must not read as a fleet that comes or goes as a whole.
    if (revision.path !== undefined && missing.length === path.length) {
      throw new UserError(`${name} is not there, or holds no YAML or JSON file`, exitCodes.usage)
    }
    // A revision’s name may hold what a replacement text takes for a reference.
    const named = (text: string) =>
      text.replaceAll(`${folder}/`, () => `${revision.name}:`).replaceAll(folder, () => revision.name)
    const left = exclude.map(each => join(folder, inside(each)))
    const fleet = fleetIn({ places: there, exclude: leftOut(left, list), memory }, named)
    return {
      name,
      fleet: {
        ...fleet,
        problems: [...pointers.map(each => unfetched(`${revision.name}:${each}`)), ...fleet.problems],
      },
      exemptions: exemptionsAt(list, named),
      notes: skipped.map(each => `${revision.name}:${each} is a link or a submodule, and is not read`),
      missing,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** How a place is called from the top of the repository: git’s own form, whatever the present folder is. */
async function placesIn(revision: Revision, signal: AbortSignal): Promise<(place: string) => string> {
  const top = revision.path ?? (await prefixOf(signal))
  return place => {
    const whole = posix.normalize(posix.join(top, place)).replace(/\/$/, '')
    if (whole === '..' || whole.startsWith('../') || posix.isAbsolute(place)) {
      throw new UserError(`${place} lies outside the repository`, exitCodes.usage)
    }
    return whole
  }
}

async function prefixOf(signal: AbortSignal): Promise<string> {
  const { ok, output, reason } = await askGit(['rev-parse', '--show-prefix'], signal)
  if (!ok) throw new UserError(`git cannot say where this folder is in the repository: ${reason}`)
  return output.toString('utf8').replace(/\n$/, '')
}

// The list is no manifest.
const leftOut = (exclude: readonly string[], list: string | undefined) =>
  list === undefined ? exclude : [...exclude, list]

// A side may be older than its list.
function exemptionsAt(file: string | undefined, named: (text: string) => string): readonly ClaimExemption[] {
  if (file === undefined || !existsSync(file)) return []
  try {
    return exemptionsIn(file)
  } catch (error) {
    if (error instanceof UserError) throw new UserError(named(error.message.replaceAll(relative('.', file), file)))
    throw error
  }
}

// What a pointer points to is unknown here, so nobody may take it for an empty file.
function unfetched(object: string): Problem {
  const message =
    'is a pointer of Git LFS, and git itself does not have what it points to; compare folders, or exclude it from LFS'
  return { code: 'HF5002', object, path: '', message, source: `${object}:1:1` }
}

interface Reading {
  readonly places: readonly string[]
  readonly exclude: readonly string[]
  readonly memory: FileMemory
}

function fleetIn({ places, ...options }: Reading, named: (text: string) => string): Fleet {
  const read = readManifestFiles(places, options)
  const manifests = read.manifests.map(({ object, position }) => ({ object, position: named(position) }))
  const problems = read.problems.map(
    (problem): Problem => ({
      ...problem,
      object: named(problem.object),
      message: named(problem.message),
      ...(problem.source === undefined ? {} : { source: named(problem.source) }),
    }),
  )
  const fleet = fleetOf(manifests, { volumeTemplates: knownOperators })
  return { ...fleet, problems: [...problems, ...fleet.problems] }
}
