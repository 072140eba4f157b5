import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAbsent } from './disk.js'

/** Holdfast’s own folder inside an output folder. Its files have no extension, so that no tool applies them. */
export const ownFolder = '.holdfast-synth'
/** Names the files that a synth wrote. To be committed with them. */
export const listPath = `${ownFolder}/files`

const heading =
  '# Written by Holdfast: the files that it made here. It removes those it no longer makes, and no others.'

/** The list’s text: one path a line, sorted; without times, digests or machine paths, so that branches merge. */
export function fileListText(paths: readonly string[]): string {
  return `${[heading, ...[...paths].sort()].join('\n')}\n`
}

/** Paths that an earlier synth wrote into a folder; empty when there is no list. Lines that lead out of it are left out. */
export function readFileList(root: string): ReadonlySet<string> {
  try {
    const lines = readFileSync(join(root, listPath), 'utf8').split(/\r?\n/)
    return new Set(lines.filter(line => !line.startsWith('#') && isInside(line)))
  } catch (error) {
    if (isAbsent(error)) return new Set()
    throw error
  }
}

/** True for a relative path, with `/` between folders, that does not lead out of the folder it is for. */
export function isInside(path: string): boolean {
  if (path === '' || path.includes('\\') || path.includes('\0') || /^[A-Za-z]:/.test(path)) return false
  return path.split('/').every(part => part !== '' && part !== '.' && part !== '..')
}
