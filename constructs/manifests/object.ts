import { fieldsOf, type Manifest, type ManifestObject, textOf } from '../../lib/fleet/manifest.js'
import type { Problem } from '../../lib/problem.js'
import type { ManifestDocument, ManifestDocuments } from './document.js'

/** The objects of documents: lists are unwrapped as kubectl does, and what has no name is a problem. */
export function objectsOf({ documents }: Pick<ManifestDocuments, 'documents'>, file: string) {
  const manifests: Manifest[] = []
  const problems: Problem[] = []
  for (const document of documents.flatMap(unwrapped)) {
    const refusal = refusalOf(document.value)
    if (refusal === undefined) manifests.push({ object: withoutSecrets(document.value), position: document.position })
    else if (refusal !== 'nothing to judge') {
      problems.push({
        code: 'HF5004',
        object: file,
        path: refusal.path,
        message: refusal.message,
        source: document.position,
      })
    }
  }
  return { manifests, problems }
}

// Kubernetes API: the items of a typed list may leave their type out; it is the list’s.
function unwrapped(document: ManifestDocument): ManifestDocument[] {
  const { kind, apiVersion, items } = fieldsOf(document.value)
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [document]
  const own = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) }
  return items.flatMap((item: unknown, index) => {
    const position = document.items[index] ?? document.position
    return unwrapped({ value: { ...own, ...fieldsOf(item) }, position, items: [] })
  })
}

type Refusal = { readonly path: string; readonly message: string } | 'nothing to judge'

function refusalOf(value: unknown): Refusal | undefined {
  const { kind, apiVersion, metadata } = fieldsOf(value)
  for (const [path, field] of Object.entries({ apiVersion, kind })) {
    if (typeof field !== 'string' || field === '') return { path, message: `${received(field)}; expected a text` }
  }
  const { name, generateName, namespace } = fieldsOf(metadata)
  const isDecisive = decisiveKinds.includes(String(kind))
  if (isDecisive && name === undefined && generateName !== undefined) return unnamed
  // The API server names it; nothing can refer to it. A kustomization and its like are not objects at all.
  if (!isDecisive && name === undefined && (generateName !== undefined || metadata === undefined)) {
    return 'nothing to judge'
  }
  if (typeof name !== 'string' || name === '') return { path: 'metadata.name', message: textExpected(name) }
  if (!isUsable(name, isDecisive)) return { path: 'metadata.name', message: nameExpected(name) }
  if (namespace === undefined || namespace === null) return undefined
  if (typeof namespace !== 'string') return { path: 'metadata.namespace', message: textExpected(namespace) }
  return namespace === '' || isUsable(namespace, isDecisive)
    ? undefined
    : { path: 'metadata.namespace', message: nameExpected(namespace) }
}

/** Kinds that decide what has to be backed up, or what is. */
const decisiveKinds = ['PersistentVolumeClaim', 'StatefulSet', 'BackupConfiguration', 'Repository']
const unnamed: Refusal = {
  path: 'metadata.generateName',
  message: 'leaves the name to the API server, so no policy and no exemption can name it; give it a metadata.name',
}

// Kubernetes API: DNS subdomains; objects of other kinds may have any name that fits into a path of a URL.
const isUsable = (name: string, isDecisive: boolean) =>
  isDecisive ? name.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name) : !/[/%\s\p{C}]/u.test(name)

const nameExpected = (name: string) =>
  `is ${JSON.stringify(name)}; expected a name of lower-case letters, digits, - and . as it is applied. Where another program replaces placeholders, give its output`

const textExpected = (value: unknown) =>
  `${received(value)}; expected a text. kubectl reads unquoted yes, no, on, off and numbers as other types: quote it`

function received(value: unknown): string {
  if (value === undefined || value === '') return 'is missing'
  return typeof value === 'object' ? 'is not a single value' : `is ${String(value)}, a ${typeof value}`
}

/** Nobody needs the values of a Secret, so they are let go before anything could print them. */
function withoutSecrets(value: unknown): ManifestObject {
  const object = value as ManifestObject
  const cleaned = isLeftOut(object.metadata.namespace) ? withoutNamespace(object) : object
  if (cleaned.kind !== 'Secret' || cleaned.apiVersion !== 'v1') return cleaned
  const { data, stringData, ...rest } = cleaned
  return {
    ...rest,
    ...(data === undefined ? {} : { data: keysOf(data) }),
    ...(stringData === undefined ? {} : { stringData: keysOf(stringData) }),
  }
}

const isLeftOut = (namespace: unknown) => namespace === null || namespace === ''

function withoutNamespace(object: ManifestObject): ManifestObject {
  const { namespace, ...metadata } = object.metadata
  return { ...object, metadata }
}

const keysOf = (values: unknown) => Object.fromEntries(Object.keys(fieldsOf(values)).map(key => [key, '']))

/** Whether a document is a kustomization: what kustomize builds from, not an object. */
export function isKustomization({ value }: ManifestDocument): boolean {
  const { apiVersion, kind } = fieldsOf(value)
  const group = textOf(apiVersion) ?? ''
  return group.startsWith('kustomize.config.k8s.io/') && (kind === 'Kustomization' || kind === 'Component')
}
