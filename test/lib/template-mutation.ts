type Json = Record<string, unknown>
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

/** One change to a template: where, and the template after it. */
export interface Mutation {
  readonly path: string
  readonly template: unknown
}

const under = (path: string, key: string, list: boolean) =>
  list ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`

/** Every object of a JSON value, with its path. */
function objectsIn(value: unknown, path = ''): { path: string; keys: readonly string[] }[] {
  return nodesIn(value, path, []).filter(({ node }) => isJson(node) && !Array.isArray(node))
}

function nodesIn(
  node: unknown,
  path: string,
  keys: readonly string[],
): { path: string; keys: readonly string[]; node: unknown }[] {
  const inner = isJson(node)
    ? Object.entries(node).flatMap(([key, child]) =>
        nodesIn(child, under(path, key, Array.isArray(node)), [...keys, key]),
      )
    : []
  return [{ path, keys, node }, ...inner]
}

function changed(template: unknown, keys: readonly string[], change: (parent: Json, key: string) => void): unknown {
  const copy = structuredClone({ root: template })
  const all = ['root', ...keys]
  const last = all.pop() ?? 'root'
  const parent = all.reduce<unknown>((at, key) => (isJson(at) ? at[key] : undefined), copy)
  if (isJson(parent)) change(parent, last)
  return copy.root
}

/** The template with one further field in one object, for every object in it. */
export function withAddedField(template: unknown, field: string, value: unknown): Mutation[] {
  return objectsIn(template).map(({ path, keys }) => ({
    path: under(path, field, false),
    template: changed(template, [...keys, field], (parent, key) => {
      parent[key] = value
    }),
  }))
}

/** The template with one text, number or flag changed, for every one in it. */
export function withChangedLeaf(template: unknown): Mutation[] {
  return nodesIn(template, '', [])
    .filter(({ node }) => !isJson(node))
    .map(({ path, keys, node }) => ({
      path,
      template: changed(template, keys, (parent, key) => {
        parent[key] = typeof node === 'boolean' ? !node : typeof node === 'number' ? node + 1 : `${String(node)}x`
      }),
    }))
}

/** The template with one value of another kind altogether, for every value in it. */
export function withForeignValue(template: unknown, value: unknown): Mutation[] {
  return nodesIn(template, '', []).map(({ path, keys }) => ({
    path,
    template: changed(template, keys, (parent, key) => {
      parent[key] = value
    }),
  }))
}
