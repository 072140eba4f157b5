import { ApiError, badRequest } from './api-error.js'
import { copy, type Fields, isFields, same } from './object.js'

/** RFC 6902. A failing `test` or a path that is not there is a 422, as Kubernetes answers it. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations')
  const root = { document: copy(target) as unknown }
  for (const operation of patch) {
    if (!isFields(operation)) throw badRequest('a JSON patch operation is an object')
    perform(root, operation)
  }
  return root.document
}

function perform(root: { document: unknown }, operation: Fields): void {
  const path = pointer(operation['path'])
  switch (operation['op']) {
    case 'add':
      put(root, path, operation['value'], true)
      return
    case 'replace':
      read(root, path)
      put(root, path, operation['value'], false)
      return
    case 'remove':
      remove(root, path)
      return
    case 'copy':
      put(root, path, copy(read(root, pointer(operation['from']))), true)
      return
    case 'move': {
      const value = read(root, pointer(operation['from']))
      remove(root, pointer(operation['from']))
      put(root, path, value, true)
      return
    }
    case 'test':
      if (same(read(root, path), operation['value'])) return
      throw refused(`testing value ${String(operation['path'])} failed`)
    default:
      throw badRequest(`unknown JSON patch operation ${JSON.stringify(operation['op'])}`)
  }
}

function refused(why: string): ApiError {
  return new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${why}`)
}

function pointer(path: unknown): string[] {
  if (typeof path !== 'string') throw badRequest('a JSON patch operation needs a path')
  const parts = path === '' ? [] : path.slice(1).split('/')
  return ['document', ...parts.map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))]
}

function read(root: unknown, path: readonly string[]): unknown {
  let value = root
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)]
    else value = isFields(value) ? value[part] : undefined
    if (value === undefined) throw refused(`path /${path.slice(1).join('/')} does not exist`)
  }
  return value
}

function put(root: unknown, path: readonly string[], value: unknown, insert: boolean): void {
  const parent = read(root, path.slice(0, -1).length === 0 ? [] : path.slice(0, -1))
  const last = path.at(-1) ?? ''
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last)
    if (!(index >= 0 && index <= parent.length)) throw refused(`index ${last} is outside the list`)
    parent.splice(index, insert ? 0 : 1, value)
  } else if (isFields(parent)) parent[last] = value
  else throw refused(`path /${path.slice(1).join('/')} does not exist`)
}

function remove(root: unknown, path: readonly string[]): void {
  read(root, path)
  const parent = read(root, path.slice(0, -1))
  const last = path.at(-1) ?? ''
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else if (isFields(parent)) delete parent[last]
}
