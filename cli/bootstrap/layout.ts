import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { digest } from '../../lib/digest.js'
import { boundedName } from '../../lib/names.js'
import { UserError } from '../user-error.js'

/** A folder that is applied as one. */
export interface Part {
  /** Relative to the folder of all manifests; empty for that folder itself. */
  readonly path: string
  /** Name of the object that applies it. */
  readonly name: string
}

/** The folders of a repository’s manifests, by what has to be there first. */
export type Layout = {
  /** Namespace of the controller, when it is one of the objects. */
  readonly controllerNamespace: string | undefined
} & (
  | { readonly kind: 'whole'; readonly whole: Part }
  | {
      readonly kind: 'parts'
      readonly definitions: readonly Part[]
      readonly system: readonly Part[]
      readonly policies: readonly Part[]
    }
)

const isManifest = (name: string) => /\.ya?ml$/.test(name)
const kustomization = 'kustomization.yaml'
const controllerName = 'holdfast-controller'
/** Names of objects of both tools are labels of what they apply. */
const nameLength = 53

/**
 * Reads how `holdfast synth` laid out a folder: files beside each other are one whole, folders with kustomizations are
 * parts. Names begin with `name`. Throws UserError when there is nothing to apply, or both at once.
 */
export function readLayout(folder: string, name: string): Layout {
  if (!existsSync(folder))
    throw new UserError(`${folder} does not exist; write manifests there: holdfast synth -o ${folder}`)
  const hasFiles = readdirSync(folder).some(isManifest)
  const paths = partsBelow(folder, '')
  if (hasFiles && paths.length > 0 && !paths.includes('')) {
    const [first] = paths
    const message = `${folder} holds manifests and, in ${first}, a kustomization: name the folder of one of them`
    throw new UserError(message)
  }
  if (hasFiles) return { kind: 'whole', whole: { path: '', name }, controllerNamespace: controllerNamespace(folder) }
  if (paths.length === 0)
    throw new UserError(`${folder} holds no manifests; write them there: holdfast synth -o ${folder}`)
  const parts = named(paths, name)
  const under = (top: string) => parts.filter(({ path }) => path === top || path.startsWith(`${top}/`))
  const definitions = under('crds')
  const system = under('system')
  const policies = parts.filter(part => !definitions.includes(part) && !system.includes(part))
  const inSystem = system.map(({ path }) => controllerNamespace(join(folder, path))).find(each => each !== undefined)
  return { kind: 'parts', definitions, system, policies, controllerNamespace: inSystem }
}

interface Named {
  readonly kind?: unknown
  readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown }
}

function controllerNamespace(folder: string): string | undefined {
  const files = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter(isManifest)
  const documents = files.flatMap(file => parseAllDocuments(readFileSync(join(folder, file), 'utf8')))
  const objects = documents.map(document => document.toJS() as Named | null)
  const controller = objects.find(each => each?.kind === 'Deployment' && each.metadata?.name === controllerName)
  return controller === undefined ? undefined : String(controller?.metadata?.namespace)
}

// The topmost folders with a kustomization: it gathers what lies below.
function partsBelow(folder: string, path: string): string[] {
  const here = join(folder, path)
  if (existsSync(join(here, kustomization))) return [path]
  return readdirSync(here, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap(entry => partsBelow(folder, path === '' ? entry.name : `${path}/${entry.name}`))
    .sort()
}

function named(paths: readonly string[], name: string): Part[] {
  const natural = (path: string) => boundedName([name, ...path.split('/')], nameLength)
  const taken = paths.map(natural)
  return paths.map((path, index) => {
    const own = taken[index] ?? ''
    // `a/b-c` and `a-b/c` read alike.
    const alone = taken.indexOf(own) === taken.lastIndexOf(own)
    return { path, name: alone ? own : `${own.slice(0, nameLength - 9)}-${digest(path, 8)}` }
  })
}
