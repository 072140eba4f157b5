import { isUtf8 } from 'node:buffer'
import { readFileSync, statSync } from 'node:fs'
import type { Problem } from '../../lib/problem.js'

/** Largest file that is read, in bytes: a fleet of 100 000 objects in one file is about 160 MB. */
export const largestFile = 256 * 1024 * 1024

// kubectl takes each document for a file of its own, and files that were put together keep their marks.
const byteOrderMarks = /(?<![^\n])\uFEFF/g

export type FileText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: Problem }

/** Reads a file as UTF-8 text; a file that is too large, of another encoding, or cannot be opened is a problem. */
export function textOfFile(path: string, name: string): FileText {
  try {
    const status = statSync(path)
    if (!status.isFile()) return refused(name, 'is not a regular file, so it cannot be read; remove it, or exclude it')
    if (status.size > largestFile) return refused(name, tooLarge(status.size))
    return decode(readFileSync(path), name)
  } catch (error) {
    return refused(name, `cannot be opened: ${reasonOf(error)}`)
  }
}

function decode(bytes: Buffer, name: string): FileText {
  if (isUtf8(bytes)) return { ok: true, text: bytes.toString('utf8').replace(byteOrderMarks, '') }
  const [first, second] = bytes
  const wide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (wide) return refused(name, 'is UTF-16; kubectl and git expect UTF-8. Save it as UTF-8')
  const { line, byte } = firstForeignByte(bytes)
  const shown = `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`
  const message = `is not UTF-8: line ${line} has the byte ${shown}, as Latin-1 and Windows-1252 files do. Save it as UTF-8`
  return refused(name, message, `${name}:${line}:1`)
}

function firstForeignByte(bytes: Buffer): { line: number; byte: number } {
  let line = 1
  let start = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start)
    const row = bytes.subarray(start, end === -1 ? bytes.length : end)
    if (!isUtf8(row)) return { line, byte: foreignByteIn(row) }
    if (end === -1) break
    start = end + 1
    line += 1
  }
  return { line, byte: 0 }
}

// Drops whole characters from the front for as long as what is left of them is good.
function foreignByteIn(row: Buffer): number {
  let at = 0
  while (at < row.length) {
    const length = [1, 2, 3, 4].find(size => at + size <= row.length && isUtf8(row.subarray(at, at + size)))
    if (length === undefined) break
    at += length
  }
  return row[at] ?? 0
}

const tooLarge = (size: number) =>
  `has ${Math.ceil(size / 1024 / 1024)} MiB; expected at most ${largestFile / 1024 / 1024} MiB of manifests in one file. Split it, or exclude it`

function refused(name: string, message: string, source = `${name}:1:1`): FileText {
  return { ok: false, problem: { code: 'HF5002', object: name, path: '', message, source } }
}

/** The system’s reason in words: `permission denied`. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const words: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'it does not exist',
    ELOOP: 'its links lead in a circle',
    ENAMETOOLONG: 'its path is too long',
    EMFILE: 'too many files are open',
  }
  return words[code ?? ''] ?? message
}
