import { createHash } from 'node:crypto'

/** JSON with sorted keys and without absent values: equal values have equal text, whoever wrote them. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner
    const entries = Object.entries(inner).filter(([, each]) => each !== undefined && each !== null)
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** Hexadecimal SHA-256 of a text, cut to `length` characters. */
export function digest(text: string, length = 64): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}

/** Digest of any JSON value, blind to the order of keys. */
export function digestOf(value: unknown, length = 32): string {
  return digest(canonicalJson(value), length)
}
