import type { Problem } from '../../lib/problem.js'

/** Something that a check says: an error fails it, a note does not. */
export interface Finding extends Problem {
  readonly severity: 'error' | 'note'
  /** Absent when it is about nothing that a file says. */
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

/** A problem as a finding, with its position in parts. */
export function findingOf(problem: Problem, severity: Finding['severity'] = 'error'): Finding {
  const [, file, line, column] = /^(.+):(\d+):(\d+)$/.exec(problem.source ?? '') ?? []
  const place = file === undefined ? {} : { file, line: Number(line), column: Number(column) }
  return { severity, ...problem, ...place }
}

/** In the order of files and lines; what has no file comes last. */
export function inFileOrder(a: Finding, b: Finding): number {
  if (a.file === undefined || b.file === undefined) return Number(a.file === undefined) - Number(b.file === undefined)
  return compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
