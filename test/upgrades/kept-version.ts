import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { StructuralSchema } from '../../lib/schema/structural.js'
import type { KubeObject } from '../../runtime/kube/object.js'

/** What an earlier version left behind, as it wrote it; docs/upgrades.md says how a version is kept. */
export interface KeptVersion {
  readonly name: string
  /** Its CustomResourceDefinitions. */
  readonly definitions: readonly KeptDefinition[]
  /** What its compiler wrote for git. */
  readonly policies: readonly KubeObject[]
  /** What lay in a cluster while it ran: policies, sessions, Jobs and pods, with their statuses. */
  readonly objects: readonly KubeObject[]
}

export interface KeptDefinition extends KubeObject {
  readonly spec: {
    readonly names: { readonly kind: string; readonly plural: string; readonly shortNames: readonly string[] }
    readonly scope: string
    readonly versions: readonly ServedVersion[]
  }
}

export interface ServedVersion {
  readonly name: string
  readonly served: boolean
  readonly storage: boolean
  readonly subresources?: { readonly status?: object }
  readonly schema: { readonly openAPIV3Schema: StructuralSchema }
}

const folder = join(import.meta.dirname, '../fixtures/versions')

function read<T extends KubeObject>(version: string, file: string): T[] {
  const text = readFileSync(join(folder, version, file), 'utf8')
  return parseAllDocuments(text).map(document => document.toJS() as T)
}

/** Every version that is kept, oldest first. */
export const keptVersions: readonly KeptVersion[] = readdirSync(folder)
  .sort((a, b) => Number(a) - Number(b))
  .map(name => ({
    name,
    definitions: read<KeptDefinition>(name, 'definitions.yaml'),
    policies: read(name, 'policies.yaml'),
    objects: read(name, 'objects.yaml'),
  }))
