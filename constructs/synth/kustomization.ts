import { emitYaml } from '../../lib/yaml/emit.js'
import type { WantedFile } from './file-changes.js'
import { shortDigest } from './safe-name.js'

/** The most objects that one kustomization gathers: the time of `kustomize build` grows with their square. */
export const mostObjects = 300

const fileName = 'kustomization.yaml'

interface Folder {
  readonly path: string
  readonly files: string[]
  readonly folders: Map<string, Folder>
}

/** A kustomization to write. */
export interface Kustomization {
  readonly path: string
  readonly text: string
}

/** Stands for the construct of a kustomization: no construct asked for it, it follows from the files beside it. */
export const kustomizationMaker = 'the layout'

/**
 * A `kustomization.yaml` for each folder of the given files but the top one. A folder with more than `mostObjects`
 * objects has none; instead, `_part-…` folders beside its sub-folders name some of these each. A sub-folder’s part
 * follows from its name, so that a new one changes one list, and no object’s file moves.
 */
export function kustomizations(paths: readonly string[]): Kustomization[] {
  const top = folder('')
  for (const path of paths) {
    const parts = path.split('/')
    const file = parts.pop() ?? ''
    let place = top
    for (const part of parts) {
      const below = place.folders.get(part) ?? folder(place.path === '' ? part : `${place.path}/${part}`)
      place.folders.set(part, below)
      place = below
    }
    place.files.push(file)
  }
  const found: Kustomization[] = []
  for (const each of top.folders.values()) describe(each, found)
  return found.sort((left, right) => (left.path < right.path ? -1 : 1))
}

/**
 * The files of several apps of one folder, of which `files` are to be written: a kustomization names those of all.
 * `others` are paths of manifests.
 */
export function withKustomizations(files: readonly WantedFile[], others: readonly string[] = []): WantedFile[] {
  const isMade = ({ construct }: WantedFile) => construct === kustomizationMaker
  if (!files.some(isMade)) return [...files]
  const own = files.filter(file => !isMade(file))
  // Files that constructs add are for nobody to apply.
  const manifests = own.filter(({ base, path, construct }) => base === 'output' && construct !== path)
  const paths = [...new Set([...others, ...manifests.map(({ path }) => path)])]
  const made = kustomizations(paths).map(({ path, text }): WantedFile => {
    return { base: 'output', path, content: Buffer.from(text), construct: kustomizationMaker }
  })
  return [...own, ...made]
}

function folder(path: string): Folder {
  return { path, files: [], folders: new Map() }
}

// Gives the number of objects below.
function describe({ path, files, folders }: Folder, found: Kustomization[]): number {
  const sizes = new Map([...folders].map(([name, below]) => [name, describe(below, found)]))
  const total = [...sizes.values()].reduce((sum, size) => sum + size, files.length)
  if (total <= mostObjects) found.push(kustomization(path, [...files, ...folders.keys()]))
  else {
    const fitting = [...sizes].filter(([, size]) => size <= mostObjects)
    for (const [name, members] of parts(new Map(fitting))) {
      found.push(
        kustomization(
          `${path}/_part-${name}`,
          members.map(member => `../${member}`),
        ),
      )
    }
  }
  return total
}

function parts(sizes: ReadonlyMap<string, number>): Map<string, string[]> {
  for (let digits = 1; ; digits++) {
    const members = new Map<string, string[]>()
    const counts = new Map<string, number>()
    for (const [name, size] of sizes) {
      const part = shortDigest(name, digits)
      const known = members.get(part)
      if (known === undefined) members.set(part, [name])
      else known.push(name)
      counts.set(part, (counts.get(part) ?? 0) + size)
    }
    // Each name fits by itself, so that in the end every part does.
    if (digits === 64 || [...counts.values()].every(count => count <= mostObjects)) return members
  }
}

function kustomization(path: string, resources: readonly string[]): Kustomization {
  const text = emitYaml({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [...resources].sort(),
  })
  return { path: `${path}/${fileName}`, text }
}
