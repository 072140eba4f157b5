import { isDeepStrictEqual } from 'node:util'
import { type Fields, isFields } from './template-tree.js'

/**
 * The patch that makes one object of another by adding fields and replacing texts and numbers; undefined when they are
 * alike. Throws for what such a patch cannot say: fields that go, and lists that change.
 */
export function changeBetween(before: Fields, after: Fields, path = ''): Fields | undefined {
  const gone = Object.keys(before).filter(key => !(key in after))
  if (gone.length > 0) throw new Error(`${path}.${gone[0]}: goes, and a patch can only add`)
  const changes = Object.entries(after).flatMap(([key, value]): [string, unknown][] => {
    const old = before[key]
    if (isDeepStrictEqual(old, value)) return []
    if (isFields(old) && isFields(value)) return [[key, changeBetween(old, value, `${path}.${key}`)]]
    if (Array.isArray(old)) throw new Error(`${path}.${key}: a list changes, and a patch could only add to it`)
    return [[key, value]]
  })
  return changes.length === 0 ? undefined : Object.fromEntries(changes)
}
