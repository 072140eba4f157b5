import { join } from 'node:path'
import { fieldsOf, itemsOf } from '../../lib/fleet/manifest.js'
import type { Problem } from '../../lib/problem.js'
import { documentsOf } from './document.js'
import { textOfFile } from './file-text.js'
import { isKustomization } from './object.js'

/** A folder whose files another program turns into objects first. */
export interface BuiltFolder {
  readonly problem: Problem
  /** Entries that are not read; `all` of them when absent. */
  readonly unread?: readonly string[]
}

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
  const changes = changesOf(join(path, file), join(name, file))
  if (changes.length === 0) return undefined
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

function changesOf(path: string, name: string): string[] {
  const read = textOfFile(path, name)
  if (!read.ok) return ['which cannot be read']
  // kustomize takes a missing type for its own.
  const typed = /^kind:/m.test(read.text)
    ? read.text
    : `apiVersion: kustomize.config.k8s.io/v1\nkind: Kustomization\n${read.text}`
  const [document] = documentsOf(name, typed).documents
  if (document === undefined || !isKustomization(document)) return []
  const fields = fieldsOf(document.value)
  const elsewhere = itemsOf(fields['resources']).filter(each => typeof each === 'string' && remote.test(each))
  return [...Object.keys(fields).filter(key => !harmless.includes(key)), ...elsewhere.map(String)]
}
