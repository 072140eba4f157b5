import { InvalidInputError } from '../problem.js'
import { isPlainObject, jsonValue } from './json-value.js'
import { documentScalar, keyScalar, stringScalar } from './scalar.js'
import { sortedKeys } from './sorted-keys.js'
import { deepest, Unwritable, unwritable } from './unwritable.js'

/** Readers look no further than this for the colon of a key. */
const longestKey = 1024

/** By depth: nearly every line begins with one of these. */
const indents = Array.from({ length: deepest + 2 }, (_, depth) => '  '.repeat(depth))

const indentAt = (depth: number): string => indents[depth] ?? ''

function numberScalar(value: number): string {
  if (!Number.isFinite(value)) throw new Unwritable()
  // go-yaml reads `-0` as the integer 0.
  return Object.is(value, -0) ? '-0.0' : String(value)
}

function scalar(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return depth === 0 ? documentScalar(value) : stringScalar(value, indentAt(depth))
    case 'number':
      return numberScalar(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
    case 'undefined':
      return 'null'
    default:
      throw new Unwritable()
  }
}

function sequence(items: readonly unknown[], depth: number, sorts: boolean): string {
  if (items.length === 0) return '[]'
  const next = `\n${indentAt(depth)}- `
  let text = '- '
  for (let index = 0; index < items.length; index++) {
    if (index > 0) text += next
    text += node(jsonValue(items[index]), depth + 1, sorts)
  }
  return text
}

/** A collection that is not empty begins on a line of its own, unless its key is too long for one line with a colon. */
function pair(key: string, field: unknown, depth: number, sorts: boolean): string {
  const value = jsonValue(field)
  const text = node(value, depth + 1, sorts)
  if (key.length > longestKey) return `? ${key}\n${indentAt(depth)}: ${text}`
  const onOwnLines = typeof value === 'object' && value !== null && text !== '{}' && text !== '[]'
  return onOwnLines ? `${key}:\n${indentAt(depth + 1)}${text}` : `${key}: ${text}`
}

function mapping(fields: Readonly<Record<string, unknown>>, depth: number, sorts: boolean): string {
  const indent = indentAt(depth)
  let text = ''
  for (const key of sorts && depth > 0 ? sortedKeys(fields) : Object.keys(fields)) {
    const field = fields[key]
    if (field === undefined) continue
    if (text !== '') text += `\n${indent}`
    text += pair(keyScalar(key, indent), field, depth, sorts)
  }
  return text === '' ? '{}' : text
}

/** `value` is one that jsonValue has seen. */
function node(value: unknown, depth: number, sorts: boolean): string {
  if (typeof value !== 'object' || value === null) return scalar(value, depth)
  if (depth >= deepest) throw new Unwritable()
  if (Array.isArray(value)) return sequence(value, depth, sorts)
  if (!isPlainObject(value)) throw new Unwritable()
  return mapping(value, depth, sorts)
}

/**
 * One YAML document of a JSON-like value: no `---` before it, a line break after it.
 *
 * Every common reader (kubectl's sigs.k8s.io/yaml, go-yaml v2 and v3, js-yaml, `yaml`) reads back exactly the value.
 * The text is the one that cdk8s writes, byte for byte, wherever those readers read that one right; only what
 * YAML itself does not allow raw (U+2028, U+2029, U+FEFF) `<<` and `=` is quoted although they get by.
 * As in JSON, a field that is undefined is left out, an item that is undefined is null, and `toJSON` is heeded.
 * There are never anchors, aliases or tags: an object that stands in two places is written twice.
 *
 * Throws InvalidInputError HF6004 for everything that YAML or Kubernetes cannot hold: functions, symbols, bigints,
 * NaN and infinities, half characters, instances of classes, circles, and more than 98 levels.
 */
export function emitYaml(value: unknown): string {
  return document(value, false)
}

/**
 * Like emitYaml, with the keys of every mapping but the outermost in the order in which cdk8s sorts them. Throws like it.
 */
export function emitSortedYaml(value: unknown): string {
  return document(value, true)
}

function document(value: unknown, sorts: boolean): string {
  try {
    return `${node(jsonValue(value), 0, sorts)}\n`
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error
    throw new InvalidInputError(unwritable(value))
  }
}
