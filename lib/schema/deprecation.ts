import { z } from 'zod'
import type { Problem } from '../problem.js'
import { childOf, unwrap } from './at-path.js'
import { formatPath } from './received.js'

/** Something of the API that works and will go. */
export interface Deprecation {
  /** Release that said so first. */
  readonly since: string
  /** What to do, as an imperative: `name it in spec.repository.name`. */
  readonly instead: string
}

const deprecations = z.registry<Deprecation>()
let deprecates = false

/** `deprecated since 0.3.0: name it in spec.repository.name`. */
export const deprecationWords = ({ since, instead }: Deprecation): string => `deprecated since ${since}: ${instead}`

/**
 * Marks a field as deprecated: its description says so, and so does every synth of a policy that uses it. Put it outside
 * everything else, `.optional()` and `.describe()` too.
 */
export function deprecated<S extends z.ZodType>(schema: S, how: Deprecation): S {
  const marked = schema.describe(`D${deprecationWords(how).slice(1)}. ${schema.description ?? ''}`.trim())
  deprecations.add(marked, how)
  deprecates = true
  return marked
}

/** What a warning is about: a kind, or only the schema of its spec. */
export interface DeprecatedKind {
  readonly kind: string
  readonly spec: z.ZodType
  readonly deprecated?: Deprecation
}

/** A warning for each deprecated field that an object uses, and for its kind; `label` names the object. */
export function deprecationsIn(definition: DeprecatedKind, object: unknown, label: string): Problem[] {
  const { kind, spec, deprecated: whole } = definition
  const own = whole === undefined ? [] : [warning(label, '', `the kind ${kind} is ${deprecationWords(whole)}`)]
  if (!deprecates || !isRecord(object)) return own
  const found = fieldsIn(spec, object['spec'], ['spec'])
  return [...own, ...found.map(({ path, how }) => warning(label, formatPath(path), `is ${deprecationWords(how)}`))]
}

const warning = (object: string, path: string, message: string): Problem => ({ code: 'HF1010', object, path, message })

interface Found {
  readonly path: readonly PropertyKey[]
  readonly how: Deprecation
}

function fieldsIn(schema: z.core.$ZodType, value: unknown, path: readonly PropertyKey[]): Found[] {
  if (value === undefined || value === null) return []
  const how = deprecations.get(schema)
  const here = how === undefined ? [] : [{ path, how }]
  if (typeof value !== 'object') return here
  const inner = unwrap(schema)
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  const nested = entries.flatMap(([key, each]) => {
    const child = childOf(inner, key)
    return child === undefined ? [] : fieldsIn(child, each, [...path, key])
  })
  return [...here, ...nested]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
