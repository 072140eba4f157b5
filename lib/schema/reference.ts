import { apiGroup } from '../api/group.js'
import { problemCodes } from '../problem.js'
import { type KindDefinition, objectSchema } from './crd.js'
import type { CelValidation } from './rule.js'
import type { StructuralSchema } from './structural.js'

/**
 * The API reference as GitHub Markdown: per kind what it is for, its columns, and a table of every field of `spec` and
 * `status`. Written from the same schemas as the CustomResourceDefinitions. Throws TypeError as those do.
 */
export function referenceMarkdown(definitions: readonly KindDefinition[]): string {
  const contents = definitions.map(({ kind }) => `- [${kind}](#${kind.toLowerCase()})`)
  const intro =
    'Group `holdfast.dev`, version `v1alpha1`. Durations are Go style (`1h30m`), sizes are Kubernetes quantities.'
  return ['# API reference', '', intro, '', ...contents, ...definitions.flatMap(kindSection), ''].join('\n')
}

/** docs/errors.md: every problem code under an anchor of its own (`#hf1001`). */
export function errorsMarkdown(): string {
  const intro =
    'What Holdfast says when an input is wrong. Codes are stable; each message names the object, the field, what was found and the likely fix.'
  const sections = Object.entries(problemCodes).flatMap(([code, meaning]) => ['', `## ${code}`, '', meaning])
  return ['# Errors', '', intro, ...sections, ''].join('\n')
}

function kindSection(definition: KindDefinition): string[] {
  const { kind, plural, shortNames, scope, description, printerColumns } = definition
  const schema = objectSchema(definition)
  const { spec, status } = schema.properties ?? {}
  const names = shortNames.map(code).join(', ')
  return [
    ...['', `## ${kind}`, '', description, ''],
    `${scope === 'Namespaced' ? 'Namespaced' : 'Cluster-wide'}. \`kubectl get ${plural}.${apiGroup}\`, short ${names}.`,
    ...rulesOf(schema).map(rule => `\nRule: ${rule}.`),
    ...['', '| Column | Shows | Wide only |', '| --- | --- | --- |'],
    ...printerColumns.map(({ name, jsonPath, priority = 0 }) => row([name, code(jsonPath), priority > 0 ? 'yes' : ''])),
    ...fieldTable(kind, 'spec', spec),
    ...fieldTable(kind, 'status', status),
  ]
}

function fieldTable(kind: string, name: string, schema: StructuralSchema | undefined): string[] {
  if (schema === undefined) return []
  const rules = rulesOf(schema).map(rule => `- ${rule}`)
  return [
    ...['', `### ${kind} ${name}`, ''],
    ...(rules.length === 0 ? [] : [...rules, '']),
    ...['| Field | Type | Default | Limits | Description |', '| --- | --- | --- | --- | --- |'],
    ...fieldRows(schema, ''),
  ]
}

function fieldRows(schema: StructuralSchema, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    const required = schema.required?.includes(name) === true
    return [fieldRow(path, field, required), ...nestedRows(field, path)]
  })
}

function nestedRows(field: StructuralSchema, path: string): string[] {
  if (field.items !== undefined) return nestedRows({ ...field.items, description: '' }, `${path}[]`)
  if (field.additionalProperties !== undefined) return nestedRows(field.additionalProperties, `${path}.*`)
  return fieldRows(field, path)
}

function fieldRow(path: string, field: StructuralSchema, required: boolean): string {
  const fallback = required ? '**required**' : field.default === undefined ? '' : code(JSON.stringify(field.default))
  // Rules of list items belong in the row of their list: an item has no row of its own.
  const rules = [...rulesOf(field), ...(field.items === undefined ? [] : rulesOf(field.items))]
  const text = [field.description ?? '', ...rules.map(rule => `*Rule: ${rule}.*`)].filter(part => part !== '')
  return row([code(path), typeName(field), fallback, limits(field), text.join(' ')])
}

function rulesOf(schema: StructuralSchema): string[] {
  const validations = (schema['x-kubernetes-validations'] ?? []) as readonly CelValidation[]
  return validations.map(validation => validation.message.replace(/\.$/, ''))
}

function typeName(field: StructuralSchema): string {
  if (field['x-kubernetes-int-or-string'] === true) return 'integer or string'
  if (field.items !== undefined) return `list of ${typeName(field.items)}`
  if (field.additionalProperties !== undefined) return `map of ${typeName(field.additionalProperties)}`
  if (field['x-kubernetes-preserve-unknown-fields'] === true) return 'object, any fields'
  return field.format === undefined || field.type === 'integer' ? (field.type ?? 'any') : field.format
}

function limits(field: StructuralSchema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = field
  const parts = [
    field.enum === undefined ? '' : field.enum.map(value => code(String(value))).join(', '),
    minimum === undefined ? '' : `${exclusiveMinimum === true ? '>' : '≥'} ${minimum}`,
    maximum === undefined ? '' : `${exclusiveMaximum === true ? '<' : '≤'} ${maximum}`,
    range(field.minLength, field.maxLength, 'characters'),
    range(field.minItems, field.maxItems, 'entries'),
    range(field.minProperties, field.maxProperties, 'keys'),
    field.pattern === undefined ? '' : code(field.pattern),
    field.items?.enum === undefined ? '' : field.items.enum.map(value => code(String(value))).join(', '),
    field.nullable === true ? 'may be null' : '',
  ]
  return parts.filter(part => part !== '').join('; ')
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  if (most === undefined) return least === undefined ? '' : `≥ ${least} ${unit}`
  return least === undefined ? `≤ ${most} ${unit}` : `${least}–${most} ${unit}`
}

/** Inline code that survives backticks in the text. */
function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`'
  return fence === '`' ? `\`${text}\`` : `${fence} ${text} ${fence}`
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell => cell.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`
}
