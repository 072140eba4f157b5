/** A test of one JSON value: the few that untrusted messages are read with. A schema library would cost each step its start. */
export type Test = (value: unknown) => boolean

export const text: Test = value => typeof value === 'string'
export const flag: Test = value => typeof value === 'boolean'
export const finite: Test = value => typeof value === 'number' && Number.isFinite(value)
export const whole: Test = value => Number.isSafeInteger(value)
/** A count: a whole number from 0. */
export const natural: Test = value => whole(value) && Number(value) >= 0
export const oneOf =
  (words: readonly string[]): Test =>
  value =>
    typeof value === 'string' && words.includes(value)
export const listOf =
  (item: Test): Test =>
  value =>
    Array.isArray(value) && value.every(item)
export const optional =
  (test: Test): Test =>
  value =>
    value === undefined || test(value)

/** An object with these fields and no others. */
export function record(fields: Readonly<Record<string, Test>>): Test {
  return value => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const entries: Readonly<Record<string, unknown>> = { ...value }
    const known = Object.keys(entries).every(key => Object.hasOwn(fields, key))
    return known && Object.entries(fields).every(([key, test]) => test(entries[key]))
  }
}
