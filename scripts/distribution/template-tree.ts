/** A text that Helm computes: one YAML scalar, or a flow collection. */
export class Expression {
  readonly pipeline: string

  constructor(pipeline: string) {
    this.pipeline = pipeline
  }
}

/** A field or item that is written only while a Go template condition holds. */
export interface Guarded<T> {
  readonly conditions: readonly string[]
  readonly value: T
}

/** Fields of an object, some of them guarded. */
export class TemplateMap {
  readonly fields: readonly (Guarded<Template> & { readonly key: string })[]

  constructor(fields: TemplateMap['fields']) {
    this.fields = fields
  }
}

/** Items of a list, some of them guarded. */
export class TemplateList {
  readonly items: readonly Guarded<Template>[]

  constructor(items: TemplateList['items']) {
    this.items = items
  }
}

/** A manifest in which some places are Helm’s to fill in or to leave out. Anything else is a plain value. */
export type Template = Expression | TemplateMap | TemplateList | string | number | boolean | null

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
