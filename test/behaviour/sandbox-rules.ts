import { isDeepStrictEqual } from 'node:util'
import { kinds } from '../../lib/api/kinds.js'
import { validateObject } from '../../lib/schema/validate.js'
import type { ObjectRules } from '../../sandbox/index.js'

const immutable = ['BackupSession', 'RestoreSession']

/** The rules that a cluster evaluates as CEL, by the functions that stand beside them. */
export const sandboxRules: ObjectRules = (kind, object, old) => {
  const definition = kinds.find(each => each.kind === kind)
  if (definition === undefined) return []
  const problems = validateObject(definition, object, `${kind} ${object.metadata.name}`)
  const told = problems.map(({ path, message }) => `${path}: ${message}`)
  const changed = old !== undefined && !isDeepStrictEqual(old['spec'], object['spec'])
  return changed && immutable.includes(kind) ? [...told, 'spec: it cannot be changed; make a new one'] : told
}
