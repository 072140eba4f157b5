import { createHash } from 'node:crypto'

/** File systems allow 255 bytes; an extension and a number may follow. */
const longest = 200

/** The first `length` hexadecimal digits of a text’s digest. */
export function shortDigest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}

/**
 * A text as a part of a file name that every file system tells apart from others: lower case, `a-z0-9.-`. Where letters
 * had to change, a digest of the whole keeps two texts from becoming one name.
 */
export function safeName(text: string): string {
  const safe = text
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[.-]+/, '')
  if (safe === text && safe.length <= longest && safe !== '') return safe
  return `${safe.slice(0, longest)}${safe === '' ? '' : '-'}${shortDigest(text, 8)}`
}
