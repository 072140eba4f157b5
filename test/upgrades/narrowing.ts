import { isDeepStrictEqual } from 'node:util'
import type { StructuralSchema } from '../../lib/schema/structural.js'

/** One way in which a newer schema refuses, drops or reads differently what an older one accepted. */
export interface Narrowing {
  /** The field: `.spec.target.paths[]`. */
  readonly path: string
  readonly what: string
}

type Bound =
  | 'minLength'
  | 'maxLength'
  | 'minimum'
  | 'maximum'
  | 'minItems'
  | 'maxItems'
  | 'minProperties'
  | 'maxProperties'
const lower: readonly Bound[] = ['minLength', 'minimum', 'minItems', 'minProperties']
const upper: readonly Bound[] = ['maxLength', 'maximum', 'maxItems', 'maxProperties']
/** Whatever is said by these must be said alike: nobody can tell from two texts which of them takes more. */
const fixed = [
  'type',
  'format',
  'pattern',
  'multipleOf',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'anyOf',
  'allOf',
] as const
const extensions = ['x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-int-or-string'] as const

/** Everything that `newer` does not accept, keep or read as `older` did; empty when every stored object stays as it is. */
export function narrowings(older: StructuralSchema, newer: StructuralSchema, path = ''): Narrowing[] {
  const at = (what: string): Narrowing => ({ path, what })
  return [
    ...[...fixed, ...extensions].flatMap(key => changed(older, newer, key)).map(at),
    ...bounds(older, newer).map(at),
    ...values(older, newer).map(at),
    ...rules(older, newer).map(at),
    ...fields(older, newer, path),
    ...nested(older.items, newer.items, `${path}[]`),
    ...nested(older.additionalProperties, newer.additionalProperties, `${path}.*`),
  ]
}

// A keyword that is gone refuses nothing any more.
function changed(older: StructuralSchema, newer: StructuralSchema, key: keyof StructuralSchema): string[] {
  const loosened = newer[key] === undefined && key !== 'type' && !String(key).startsWith('x-')
  return loosened || isDeepStrictEqual(older[key], newer[key]) ? [] : [`${key} is another`]
}

function bounds(older: StructuralSchema, newer: StructuralSchema): string[] {
  const tightened = (keys: readonly Bound[], tighter: (before: number, after: number) => boolean) =>
    keys.flatMap(key => {
      const [before, after] = [older[key], newer[key]]
      if (after === undefined || (before !== undefined && !tighter(before, after))) return []
      return [`${key} is ${after}, was ${before ?? 'none'}`]
    })
  return [
    ...tightened(lower, (before, after) => after > before),
    ...tightened(upper, (before, after) => after < before),
  ]
}

function values(older: StructuralSchema, newer: StructuralSchema): string[] {
  const lost = (older.enum ?? []).filter(value => newer.enum?.includes(value) === false)
  return [
    ...(newer.enum !== undefined && older.enum === undefined ? ['enum is new'] : []),
    ...lost.map(value => `enum has no ${String(value)}`),
    ...(older.nullable === true && newer.nullable !== true ? ['nullable is gone'] : []),
    // An object without the field would now mean something else.
    ...(isDeepStrictEqual(older.default, newer.default) ? [] : ['default is another']),
  ]
}

function rules(older: StructuralSchema, newer: StructuralSchema): string[] {
  const of = (schema: StructuralSchema) =>
    ((schema['x-kubernetes-validations'] ?? []) as readonly { readonly rule: string }[]).map(({ rule }) => rule)
  const known = of(older)
  return of(newer)
    .filter(rule => !known.includes(rule))
    .map(rule => `a rule is new: ${rule}`)
}

function fields(older: StructuralSchema, newer: StructuralSchema, path: string): Narrowing[] {
  const open = newer['x-kubernetes-preserve-unknown-fields'] === true
  const closed = older['x-kubernetes-preserve-unknown-fields'] === true && !open
  const demanded = (newer.required ?? []).filter(name => older.required?.includes(name) !== true)
  return [
    ...(closed ? [{ path, what: 'unknown fields are dropped' }] : []),
    ...demanded.map(name => ({ path: `${path}.${name}`, what: 'is required' })),
    ...Object.entries(older.properties ?? {}).flatMap(([name, field]) => {
      const after = newer.properties?.[name]
      if (after !== undefined) return narrowings(field, after, `${path}.${name}`)
      return open ? [] : [{ path: `${path}.${name}`, what: 'is gone' }]
    }),
  ]
}

function nested(older: StructuralSchema | undefined, newer: StructuralSchema | undefined, path: string): Narrowing[] {
  if (older === undefined) return []
  return newer === undefined ? [{ path, what: 'is gone' }] : narrowings(older, newer, path)
}
