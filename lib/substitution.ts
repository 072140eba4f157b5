import type { Problem } from './problem.js'

/** A variable’s value: a text, or a session-scoped name that only the kubelet can expand, as `$(NAME)`. */
export type VariableValue = { readonly text: string } | { readonly session: string }
export type Variables = ReadonlyMap<string, VariableValue>

/** Where a text stands: the kubelet expands `$(NAME)` in command, args and env values, and nowhere else. */
export type Place = 'expanded' | 'literal'

export interface SubstitutionContext {
  readonly variables: Variables
  readonly object: string
  readonly problems: Problem[]
}

// An opening brace without its end takes the whole rest: looking for the end again from each would take forever.
const reference = /\$\$\{|\$\{([^}]*)(\}|$)/g
const inner = /^([A-Za-z_][A-Za-z0-9_]*)(?::=([\s\S]*))?$/

/**
 * Replaces `${NAME}` and `${NAME:=default}` in one text, in one pass: a value is never looked at again.
 * `$${` is a literal `${`. In an expanded place every `$` of a value is doubled, so that the kubelet leaves it alone.
 * What cannot be replaced is added to the context’s problems.
 */
export function substituteText(text: string, path: string, place: Place, context: SubstitutionContext): string {
  return text.replace(reference, (whole, body: string | undefined, end: string | undefined) => {
    if (whole === '$${') return '${'
    const parsed = body === undefined || end === '' ? null : inner.exec(body)
    if (parsed === null)
      return problem(
        context,
        'HF2005',
        path,
        `${quote(whole)} cannot be read; write \${NAME} or \${NAME:=default}, or $\${ for a literal \${`,
      )
    const [, name = '', fallback] = parsed
    const value = context.variables.get(name)
    if (value !== undefined) return insert(name, value, path, place, context)
    if (fallback !== undefined) return place === 'expanded' ? escapeForKubelet(fallback) : fallback
    return problem(
      context,
      'HF2002',
      path,
      `\${${name}} has neither a value nor a default; pass it as a parameter, or write \${${name}:=default}`,
    )
  })
}

function insert(name: string, value: VariableValue, path: string, place: Place, context: SubstitutionContext): string {
  if ('text' in value) return place === 'expanded' ? escapeForKubelet(value.text) : value.text
  if (place === 'expanded') return `$(${value.session})`
  return problem(
    context,
    'HF2004',
    path,
    `\${${name}} is known only when a session runs; use it in command, args or env values`,
  )
}

/** A text that the kubelet’s `$(NAME)` expansion leaves as it is (Kubernetes: `$$` stands for `$`). */
export function escapeForKubelet(text: string): string {
  return text.replaceAll('$', '$$$$')
}

/** Substitutes every text of a JSON value; keys, numbers and structure stay, so a value never becomes a field or an item. */
export function substituteTree<T>(value: T, path: string, place: Place, context: SubstitutionContext): T {
  if (typeof value === 'string') return substituteText(value, path, place, context) as T
  if (Array.isArray(value))
    return value.map((item, index) => substituteTree(item, `${path}[${index}]`, place, context)) as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      substituteTree(inner, path === '' ? key : `${path}.${key}`, place, context),
    ]),
  ) as T
}

/** Names of all variables that a JSON value refers to. */
export function variablesIn(value: unknown): Set<string> {
  const names = new Set<string>()
  for (const [, body] of JSON.stringify(value ?? '').matchAll(/(?<!\$)\$\{([A-Za-z_][A-Za-z0-9_]*)/g))
    if (body !== undefined) names.add(body)
  return names
}

function problem(context: SubstitutionContext, code: Problem['code'], path: string, message: string): string {
  context.problems.push({ code, object: context.object, path, message })
  return ''
}

const quote = (text: string) => (text.length > 40 ? `'${text.slice(0, 40)}…'` : `'${text}'`)
