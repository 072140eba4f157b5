import type { Cause } from './api-error.js'
import { isFields, same } from './object.js'
import type { Schema } from './schema.js'

/** What is wrong with `value`, in the words of the Kubernetes API server. */
export function checkSchema(value: unknown, schema: Schema, path = ''): Cause[] {
  if (value === null && schema.nullable === true) return []
  const wrongType = checkType(value, schema, path)
  if (wrongType !== undefined) return [wrongType]
  return [
    ...checkEnum(value, schema, path),
    ...checkText(value, schema, path),
    ...checkNumber(value, schema, path),
    ...checkList(value, schema, path),
    ...checkObject(value, schema, path),
    ...checkLogic(value, schema, path),
  ]
}

function wrong(path: string, received: unknown, rule: string): Cause {
  const shown = isFields(received) || Array.isArray(received) ? 'value' : JSON.stringify(received)
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${shown}: ${path} in body ${rule}`, field: path }
}

function checkType(value: unknown, schema: Schema, path: string): Cause | undefined {
  const found = typeName(value)
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (found === 'integer' || found === 'string') return undefined
    return typeCause(path, found, 'integer,string')
  }
  if (schema.type === undefined || schema.type === found) return undefined
  if (schema.type === 'number' && found === 'integer') return undefined
  return typeCause(path, found, schema.type)
}

function typeCause(path: string, found: string, expected: string): Cause {
  const message = `Invalid value: "${found}": ${path} in body must be of type ${expected}: "${found}"`
  return { reason: 'FieldValueTypeInvalid', message, field: path }
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function checkEnum(value: unknown, schema: Schema, path: string): Cause[] {
  if (schema.enum === undefined || schema.enum.some(allowed => same(allowed, value))) return []
  const allowed = schema.enum.map(item => JSON.stringify(item)).join(', ')
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed}`
  return [{ reason: 'FieldValueNotSupported', message, field: path }]
}

function checkText(value: unknown, schema: Schema, path: string): Cause[] {
  if (typeof value !== 'string') return []
  const causes: Cause[] = []
  const length = [...value].length
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    const message = `Too long: may not be more than ${schema.maxLength} bytes`
    causes.push({ reason: 'FieldValueTooLong', message, field: path })
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    causes.push(wrong(path, value, `should be at least ${schema.minLength} chars long`))
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    causes.push(wrong(path, value, `should match '${schema.pattern}'`))
  }
  if (schema.format === 'date-time' && Number.isNaN(Date.parse(value))) {
    causes.push(wrong(path, value, `must be of type date-time: ${JSON.stringify(value)}`))
  }
  return causes
}

function checkNumber(value: unknown, schema: Schema, path: string): Cause[] {
  if (typeof value !== 'number') return []
  const causes: Cause[] = []
  const { minimum, maximum, multipleOf } = schema
  if (minimum !== undefined && (value < minimum || (schema.exclusiveMinimum === true && value === minimum))) {
    const bound = schema.exclusiveMinimum === true ? 'greater than' : 'greater than or equal to'
    causes.push(wrong(path, value, `should be ${bound} ${minimum}`))
  }
  if (maximum !== undefined && (value > maximum || (schema.exclusiveMaximum === true && value === maximum))) {
    const bound = schema.exclusiveMaximum === true ? 'less than' : 'less than or equal to'
    causes.push(wrong(path, value, `should be ${bound} ${maximum}`))
  }
  if (multipleOf !== undefined && value % multipleOf !== 0) {
    causes.push(wrong(path, value, `should be a multiple of ${multipleOf}`))
  }
  if (schema.format === 'int32' && Math.abs(value) > 2 ** 31) {
    causes.push(wrong(path, value, `must be of type int32: "integer"`))
  }
  return causes
}

function checkList(value: unknown, schema: Schema, path: string): Cause[] {
  if (!Array.isArray(value)) return []
  const causes: Cause[] = []
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    const message = `Too many: ${value.length}: must have at most ${schema.maxItems} items`
    causes.push({ reason: 'FieldValueTooMany', message, field: path })
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    causes.push(wrong(path, value.length, `should have at least ${schema.minItems} items`))
  }
  causes.push(...duplicates(value, schema, path))
  const items = schema.items
  if (items === undefined) return causes
  return [...causes, ...value.flatMap((item, index) => checkSchema(item, items, `${path}[${index}]`))]
}

function duplicates(value: readonly unknown[], schema: Schema, path: string): Cause[] {
  const type = schema['x-kubernetes-list-type']
  if (type !== 'set' && type !== 'map') return []
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const seen = new Set<string>()
  return value.flatMap((item, index) => {
    const identity = type === 'map' && isFields(item) ? Object.fromEntries(keys.map(key => [key, item[key]])) : item
    const text = JSON.stringify(identity)
    if (seen.has(text)) {
      const cause: Cause = {
        reason: 'FieldValueDuplicate',
        message: `Duplicate value: ${text}`,
        field: `${path}[${index}]`,
      }
      return [cause]
    }
    seen.add(text)
    return []
  })
}

function checkObject(value: unknown, schema: Schema, path: string): Cause[] {
  if (!isFields(value)) return []
  const causes: Cause[] = []
  const inside = (key: string): string => (path === '' ? key : `${path}.${key}`)
  for (const key of schema.required ?? []) {
    if (value[key] === undefined) {
      causes.push({ reason: 'FieldValueRequired', message: 'Required value', field: inside(key) })
    }
  }
  const size = Object.keys(value).length
  if (schema.maxProperties !== undefined && size > schema.maxProperties) {
    const message = `Too many: ${size}: must have at most ${schema.maxProperties} items`
    causes.push({ reason: 'FieldValueTooMany', message, field: path })
  }
  if (schema.minProperties !== undefined && size < schema.minProperties) {
    causes.push(wrong(path, size, `should have at least ${schema.minProperties} properties`))
  }
  for (const [key, inner] of Object.entries(value)) {
    const additional = schema.additionalProperties
    const property = schema.properties?.[key] ?? (isFields(additional) ? (additional as Schema) : undefined)
    if (property !== undefined) causes.push(...checkSchema(inner, property, inside(key)))
  }
  return causes
}

function checkLogic(value: unknown, schema: Schema, path: string): Cause[] {
  const passes = (inner: Schema): boolean => checkSchema(value, inner, path).length === 0
  const fails = (rule: string): Cause => {
    const shown = isFields(value) || Array.isArray(value) ? `"${path}"` : JSON.stringify(value)
    return { reason: 'FieldValueInvalid', message: `Invalid value: ${shown}: ${path} in body ${rule}`, field: path }
  }
  const causes = (schema.allOf ?? []).flatMap(inner => checkSchema(value, inner, path))
  if (schema.oneOf !== undefined && schema.oneOf.filter(passes).length !== 1) {
    causes.push(fails('must validate one and only one schema (oneOf)'))
  }
  if (schema.anyOf !== undefined && !schema.anyOf.some(passes)) {
    causes.push(fails('must validate at least one schema (anyOf)'))
  }
  if (schema.not !== undefined && passes(schema.not)) causes.push(fails('must not validate the schema (not)'))
  return causes
}
