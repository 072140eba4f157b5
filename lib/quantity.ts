/** Sizes as Kubernetes writes them (resource.Quantity), unsigned: `10Gi`, `500M`, `1.5Ti`, `2e9`. */

/** Anchored source of the pattern; reads the same in JavaScript and in the RE2 of the API server. */
export const quantityPattern = '^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?$'

const shape = new RegExp(quantityPattern)
const suffix = /([KMGTPE]i|[numkMGTPE])$/
const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const decimal: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
}

/**
 * The plain number of a Kubernetes quantity: bytes for a size, cores for CPU (`100m` is 0.1).
 * Exact up to 2^53. Throws RangeError when the text is no quantity.
 */
export function parseQuantity(text: string): number {
  if (!shape.test(text)) throw new RangeError(explain(text))
  const unit = suffix.exec(text)?.[0] ?? ''
  return Number(text.slice(0, text.length - unit.length)) * multiplier(unit)
}

/** Whole bytes of a quantity, rounded up as Kubernetes does. Throws RangeError as `parseQuantity`. */
export function quantityBytes(text: string): number {
  return Math.ceil(parseQuantity(text))
}

/**
 * Bytes for people, in powers of 1024 with at most one decimal: `0 B`, `512 B`, `1.2 MiB`.
 * Throws RangeError for negative or infinite input.
 */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) throw new RangeError(`a size is a number of bytes from 0; got ${bytes}`)
  let amount = bytes
  let power = 0
  // 1023.95 would be printed as 1024.0, which is the next unit.
  while (amount >= (power === 0 ? 1024 : 1023.95) && power < binary.length) {
    amount /= 1024
    power += 1
  }
  const unit = power === 0 ? 'B' : `${binary[power - 1] ?? ''}B`
  const digits = power === 0 ? String(Math.round(amount)) : amount.toFixed(1).replace(/\.0$/, '')
  return `${digits} ${unit}`
}

function multiplier(unit: string): number {
  const power = binary.indexOf(unit)
  return power >= 0 ? 1024 ** (power + 1) : (decimal[unit] ?? 1)
}

function explain(text: string): string {
  const expected = 'expected a Kubernetes quantity such as 10Gi, 500M or 1.5Ti'
  const unit = /^([0-9.]+) ?([KkMGTPE])(i?)[Bb]?$/.exec(text)
  if (unit !== null) {
    const letter = `${unit[2]}`.toUpperCase()
    return `quantity '${text}': ${expected}; write ${unit[1]}${letter}i (powers of 1024)`
  }
  return `quantity '${text.slice(0, 40)}' cannot be read; ${expected}`
}
