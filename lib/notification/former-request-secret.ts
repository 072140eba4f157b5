import type { SecretKey } from '../api/http-action.js'
import { canonicalJson } from '../digest.js'
import type { EnvVar } from '../pod.js'

const formerName = /^HOLDFAST_REQUEST_SECRET_[0-9]+$/

/**
 * Whether a variable of a committed template is a credential of a request as templates had it before it became a file:
 * the agent of that time, whose image such a template names, reads it there.
 */
export function isFormerRequestSecret({ name, valueFrom }: EnvVar, keys: readonly SecretKey[]): boolean {
  if (!formerName.test(name)) return false
  return keys.some(key => canonicalJson(valueFrom) === canonicalJson({ secretKeyRef: { ...key, optional: true } }))
}
