const loneSurrogate = /\p{Surrogate}/u

/** True when the text holds half of a character, which no encoding of Unicode can write. */
export function hasLoneSurrogate(text: string): boolean {
  return loneSurrogate.test(text)
}

/** True for what JSON calls an object: no class stands behind it. Objects of another realm count too. */
export function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

/** What JSON.stringify would write in its place: an instance of a class may say so by `toJSON`. */
export function jsonValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { toJSON } = value as { toJSON?: unknown }
  return typeof toJSON === 'function' ? toJSON.call(value) : value
}
