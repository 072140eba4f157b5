import type { z } from 'zod'

/** The field names that an object at a path may have, for "did you mean"; empty where there is no object. */
export function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  let current: z.core.$ZodType | undefined = unwrap(schema)
  for (const key of path) current = current === undefined ? undefined : step(current, key)
  const shape = current === undefined ? undefined : shapeOf(current)
  return shape === undefined ? [] : Object.keys(shape)
}

type Definition = Readonly<Record<string, unknown>>

/** What stands inside `.optional()`, `.default()` and the like. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const definition = schema._zod.def as unknown as Definition
  const inner = definition['innerType'] ?? definition['in']
  return isSchema(inner) ? unwrap(inner) : schema
}

/** The schema of a field, an item or a value of a map; undefined where there is none. */
export function childOf(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  const definition = schema._zod.def as unknown as Definition
  const child = shapeOf(schema)?.[String(key)] ?? definition['element'] ?? definition['valueType']
  return isSchema(child) ? child : undefined
}

function step(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  const child = childOf(schema, key)
  return child === undefined ? undefined : unwrap(child)
}

function shapeOf(schema: z.core.$ZodType): Definition | undefined {
  const shape = (schema._zod.def as unknown as Definition)['shape']
  return typeof shape === 'object' && shape !== null ? (shape as Definition) : undefined
}

function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value
}
