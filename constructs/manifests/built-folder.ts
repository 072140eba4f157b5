import { join } from 'node:path'
import { constructFromEvents, parseEvents, YAMLException } from 'js-yaml'
import { fieldsOf, itemsOf, textOf } from '../../lib/fleet/manifest.js'
import type { Problem } from '../../lib/problem.js'
import { textOfFile } from './file-text.js'
import { kubectlSchema } from './kubectl-schema.js'

/** What a folder says about its own files: another program turns them into objects, or picks some of them. */
export interface BuiltFolder {
  /** Why its files are not what is applied. */
  readonly problem?: Problem
  /** Entries that are not read; with a problem all of them when absent. */
  readonly unread?: readonly string[]
  /** The files and folders that a kustomization applies as they are. */
  readonly listed?: Listing
}

/** The resources of a kustomization that changes nothing about them. */
export interface Listing {
  /** The kustomization, as people know it. */
  readonly name: string
  /** Relative to its folder. */
  readonly resources: readonly string[]
}

const ownGroup = 'kustomize.config.k8s.io/'
const kustomizations = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']
/** What leaves the name, namespace and volumes of every object as they stand in the files. */
const harmless = [
  ...['apiVersion', 'kind', 'metadata', 'resources', 'buildMetadata', 'sortOptions', 'openapi', 'configurations'],
  ...['labels', 'commonLabels', 'commonAnnotations', 'images', 'generatorOptions'],
  ...['configMapGenerator', 'secretGenerator'],
]
const remote = /^([a-z+]+:\/\/|git@|git::|github\.com\/|gitlab\.com\/)|\?ref=/

/**
 * Whether the files of a folder are not what is applied: the templates of a Helm chart, or the input of a kustomization
 * that changes it. Their output is what can be judged, so the problem says how to get it.
 */
export function builtFolder(path: string, name: string, entries: readonly string[]): BuiltFolder | undefined {
  if (entries.includes('Chart.yaml') && entries.includes('templates')) {
    const message = `is a Helm chart, and its templates are not YAML yet. Give the output of ‘helm template ${name}’ instead, and exclude this folder`
    return {
      problem: problemAt(join(name, 'Chart.yaml'), name, message),
      unread: ['templates', 'charts', 'Chart.yaml'],
    }
  }
  const file = kustomizations.find(each => entries.includes(each))
  if (file === undefined) return undefined
  const { changes, resources } = readKustomization(join(path, file), join(name, file))
  if (changes.length === 0)
    return resources === undefined ? undefined : { listed: { name: join(name, file), resources } }
  const message = `is built by kustomize, which changes what lies there (${changes.join(', ')}). Give the output of ‘kubectl kustomize ${name}’ instead, and exclude this folder`
  return { problem: problemAt(join(name, file), name, message) }
}

const problemAt = (file: string, object: string, message: string): Problem => ({
  code: 'HF5004',
  object,
  path: '',
  message,
  source: `${file}:1:1`,
})

interface Kustomization {
  readonly changes: readonly string[]
  /** Undefined when the file belongs to another program. */
  readonly resources: readonly string[] | undefined
}

function readKustomization(path: string, name: string): Kustomization {
  const read = textOfFile(path, name)
  const value = read.ok ? onlyDocument(read.text) : undefined
  if (value === undefined) return { changes: ['which cannot be read'], resources: [] }
  const fields = fieldsOf(value)
  // kustomize takes a missing type for its own; Flux has a kind of the same name.
  if (!(textOf(fields['apiVersion']) ?? ownGroup).startsWith(ownGroup)) return { changes: [], resources: undefined }
  const resources = itemsOf(fields['resources']).map(String)
  const [elsewhere, local] = [resources.filter(each => remote.test(each)), resources.filter(each => !remote.test(each))]
  return { changes: [...Object.keys(fields).filter(key => !harmless.includes(key)), ...elsewhere], resources: local }
}

function onlyDocument(text: string): unknown {
  try {
    const documents = constructFromEvents(parseEvents(text, { maxDepth: 100 }), { source: text, schema: kubectlSchema })
    const isMapping = Object.keys(fieldsOf(documents[0])).length > 0
    return documents.length === 1 && isMapping ? documents[0] : undefined
  } catch (error) {
    if (error instanceof YAMLException || error instanceof RangeError) return undefined
    throw error
  }
}
