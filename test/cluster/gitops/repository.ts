import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { apiGroup } from '../../../lib/api/group.js'
import { emitYaml } from '../../../lib/yaml/emit.js'
import type { KubeObject } from '../../../runtime/kube/object.js'

const isManifest = (path: string) => path.endsWith('.yaml') && !path.endsWith('kustomization.yaml')

/** Every object of the manifests below a folder. */
export function objectsIn(folder: string): KubeObject[] {
  return manifestsIn(folder).flatMap(path => objectsOf(readFileSync(join(folder, path), 'utf8')))
}

function manifestsIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const paths = entries.map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
  return paths.filter(isManifest).sort()
}

function objectsOf(text: string): KubeObject[] {
  return parseAllDocuments(text)
    .map(document => document.toJS() as KubeObject | null)
    .filter(object => object !== null)
}

/**
 * Copies manifests to where they meet nothing else on a shared cluster: every namespace and every name of the whole
 * cluster gets a prefix, and Holdfast’s API group a domain of its own. All else is as it was synthesized.
 */
export function moved(from: string, to: string, place: Place, paths: readonly string[] = manifestsIn(from)): void {
  for (const path of paths) {
    const text = readFileSync(join(from, path), 'utf8').replaceAll(apiGroup, place.group)
    mkdirSync(dirname(join(to, path)), { recursive: true })
    writeFileSync(
      join(to, path),
      objectsOf(text)
        .map(object => emitYaml(renamed(object, place)))
        .join('---\n'),
    )
  }
}

/** Where manifests are moved to. */
export interface Place {
  readonly prefix: string
  /** The API group in place of Holdfast’s. */
  readonly group: string
}

interface Reference {
  readonly kind?: string
  readonly name: string
  readonly namespace?: string
}

function renamed(object: KubeObject, { prefix, group }: Place): KubeObject {
  const { namespace, name, labels } = object.metadata
  const own = name.endsWith(group) || object.apiVersion.startsWith(group)
  const label = labels?.['kubernetes.io/metadata.name']
  const { roleRef, subjects, spec } = object as {
    roleRef?: Reference
    subjects?: Reference[]
    spec?: { policyName?: string }
  }
  const prefixed = (text: string) => `${prefix}-${text}`
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(namespace === undefined ? { name: own ? name : prefixed(name) } : { namespace: prefixed(namespace) }),
      ...(label === undefined ? {} : { labels: { ...labels, 'kubernetes.io/metadata.name': prefixed(label) } }),
    },
    ...(roleRef?.kind === 'ClusterRole' ? { roleRef: { ...roleRef, name: prefixed(roleRef.name) } } : {}),
    ...(subjects === undefined
      ? {}
      : {
          subjects: subjects.map(each => ({ ...each, ...(each.namespace && { namespace: prefixed(each.namespace) }) })),
        }),
    ...(spec?.policyName === undefined ? {} : { spec: { ...spec, policyName: prefixed(spec.policyName) } }),
  }
}

/** A copy of a folder without some of its files: what git holds after they were deleted. */
export function without(folder: string, to: string, gone: (path: string) => boolean): void {
  for (const path of manifestsIn(folder).filter(each => !gone(each))) {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    copyFileSync(join(folder, path), join(to, path))
  }
}
