import { emitYaml } from '../../lib/yaml/emit.js'
import { Expression, type Guarded, type Template, TemplateList, TemplateMap } from './template-tree.js'

/** A text that stands for a value in the full synthesis, and the pipeline that gives the value. */
export interface Sentinel {
  readonly text: string
  readonly pipeline: string
}

/** Marks that no manifest holds: `guard` for a line of its own that opens or ends a block, `value` for a scalar. */
const marks = { guard: 'HOLDFAST-GUARD-', value: 'HOLDFAST-VALUE-' }

type Mark = (kind: keyof typeof marks, action: string) => string

/**
 * The Helm template of a manifest: YAML in which each marked place is an action. A computed scalar is written as JSON,
 * which YAML reads as the same text whatever stands in it.
 */
export function templateText(template: Template, sentinels: readonly Sentinel[]): string {
  const actions: string[] = []
  const mark: Mark = (kind, action) => `${marks[kind]}${actions.push(action) - 1}-`
  return literalText(emitYaml(tree(template, sentinels, mark)))
    .replace(new RegExp(`^ *(- )?${marks.guard}(\\d+)-(: x)?$`, 'gm'), (line, dash, index, key) => {
      if (dash !== undefined && key !== undefined) throw new Error(`the first field of an item is guarded: ${line}`)
      return `{{- ${actions[index]} }}`
    })
    .replace(new RegExp(`${marks.value}(\\d+)-`, 'g'), (_text, index) => `{{ ${actions[index]} }}`)
}

/** Text that Helm writes as it stands. */
export const literalText = (text: string): string => text.replaceAll('{{', '{{ "{{" }}')

function tree(template: Template, sentinels: readonly Sentinel[], mark: Mark): unknown {
  const inside = (value: Template) => tree(value, sentinels, mark)
  if (template instanceof Expression) return mark('value', template.pipeline)
  if (template instanceof TemplateMap) return fieldsOf(template, inside, mark)
  if (template instanceof TemplateList) return itemsOf(template, inside, mark)
  if (typeof template !== 'string') return template
  const pipeline = pipelineOf(template, sentinels)
  return pipeline === undefined ? template : mark('value', pipeline)
}

type Inside = (value: Template) => unknown

function fieldsOf({ fields }: TemplateMap, inside: Inside, mark: Mark): unknown {
  if (fields.length === 0) return {}
  expectOneAlways(fields)
  const entries = fields.flatMap(({ key, conditions, value }) => {
    const own: [string, unknown] = [key, inside(value)]
    if (conditions.length === 0) return [own]
    return [[mark('guard', opening(conditions)), 'x'], own, [mark('guard', 'end'), 'x']]
  })
  return Object.fromEntries(entries)
}

function itemsOf({ items }: TemplateList, inside: Inside, mark: Mark): unknown {
  if (items.length === 0) return []
  expectOneAlways(items)
  return items.flatMap(({ conditions, value }) => {
    if (conditions.length === 0) return [inside(value)]
    return [mark('guard', opening(conditions)), inside(value), mark('guard', 'end')]
  })
}

// Without one, the field would be written empty, which is not the same as an empty list or object.
function expectOneAlways(all: readonly Guarded<unknown>[]): void {
  if (all.every(({ conditions }) => conditions.length > 0)) throw new Error('everything of a list or object is guarded')
}

/** The action that opens a block of these conditions. */
export function opening(conditions: readonly string[]): string {
  return conditions.length === 1 ? `if ${conditions[0]}` : `if and ${conditions.map(each => `(${each})`).join(' ')}`
}

/** What gives a text with sentinels in it; undefined for a text without. */
function pipelineOf(text: string, sentinels: readonly Sentinel[]): string | undefined {
  const alone = sentinels.find(each => each.text === text)
  if (alone !== undefined) return `${alone.pipeline} | toJson`
  let rest = text
  let format = ''
  const values: string[] = []
  for (let next = firstOf(rest, sentinels); next !== undefined; next = firstOf(rest, sentinels)) {
    format += `${literalFormat(rest.slice(0, next.at))}%s`
    values.push(` (${next.sentinel.pipeline})`)
    rest = rest.slice(next.at + next.sentinel.text.length)
  }
  if (values.length === 0) return undefined
  return `printf ${JSON.stringify(format + literalFormat(rest))}${values.join('')} | toJson`
}

const literalFormat = (text: string): string => text.replaceAll('%', '%%')

function firstOf(text: string, sentinels: readonly Sentinel[]) {
  const all = sentinels.map(sentinel => ({ sentinel, at: text.indexOf(sentinel.text) })).filter(({ at }) => at >= 0)
  return all.sort((a, b) => a.at - b.at)[0]
}
