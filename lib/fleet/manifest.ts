import type { SourcePosition } from '../problem.js'

/** An object of Kubernetes as a file or a program wrote it. Its fields are whatever they are. */
export interface ManifestObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [field: string]: unknown
}

/** An object and where it was written: `file:line:column`, or the path of a construct. */
export interface Manifest {
  readonly object: ManifestObject
  readonly position: SourcePosition
}

/** `Kind namespace/name`, or `Kind name` of an object without a namespace. */
export function describeManifest({ kind, metadata }: ManifestObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`
}

/** The API group of an object; empty for the core group. */
export function groupOf({ apiVersion }: ManifestObject): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
}

type Fields = Readonly<Record<string, unknown>>

/** The fields of a value that is an object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

/** The field at a path of names; undefined where one is missing. */
export function fieldAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => fieldsOf(inner)[name], value)
}

/** The items of a value that is a list; none of anything else. */
export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
/** A value that is a text. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
/** A value that is a number. */
export const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
