import { cronCalendar, type WrittenSchedule } from '../calendar/slots.js'
import { offsetAt } from '../calendar/zone.js'
import type { Problem } from '../problem.js'

/** Name of the lock file, in the project’s directory. */
export const lockFileName = 'holdfast.lock'
const lockVersion = 1
const head = `# When each policy with an rpo runs. Written by holdfast synth; commit it, so that the others stay where they are
# when a policy comes or goes. A line that is deleted is assigned anew.
version: ${lockVersion}
runs:
`

export type ReadLock =
  | { readonly ok: true; readonly schedules: ReadonlyMap<string, WrittenSchedule> }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** The text of a lock file: YAML, a line for each policy, sorted. Empty when no policy has an assigned time. */
export function formatLock(schedules: ReadonlyMap<string, WrittenSchedule>): string {
  if (schedules.size === 0) return ''
  const lines = [...schedules].map(([key, { expression, timeZone }]) => `  ${key}: ${expression} ${timeZone}\n`)
  return head + lines.sort().join('')
}

const run = /^ {2}([^\s:#]+\/[^\s:#]+): (\S+ \S+ \S+ \S+ \S+) (\S+)$/

/**
 * Reads a lock file; an empty text is an empty lock. What cannot be understood is a problem with its place (HF5204), as
 * are the marks of an unfinished merge: nobody’s time is forgotten in silence.
 */
export function parseLock(text: string, file: string = lockFileName): ReadLock {
  const schedules = new Map<string, WrittenSchedule>()
  const problems: Problem[] = []
  const refuse = (line: number, column: number, message: string) => {
    problems.push({ code: 'HF5204', object: file, path: '', message, source: `${file}:${line}:${column}` })
  }
  const expected = ['version', 'runs']
  const lines = text.split(/\r?\n/)
  for (const [index, line] of lines.entries()) {
    if (/^(<{7}|={7}|>{7}|\|{7})/.test(line)) {
      refuse(
        index + 1,
        1,
        `holds the mark '${line.slice(0, 40)}' of a merge; settle it, or take either side and run holdfast synth`,
      )
      return { ok: false, problems }
    }
  }
  lines.forEach((line, index) => {
    if (problems.length > 0 || line.trim() === '' || line.startsWith('#')) return
    const [next] = expected
    if (next === 'version') readVersion(line, message => refuse(index + 1, 1, message))
    else if (next === 'runs') {
      if (line !== 'runs:') refuse(index + 1, 1, `has '${line.slice(0, 40)}' where 'runs:' is expected${restore}`)
    } else readRun(line, schedules, (column, message) => refuse(index + 1, column, message))
    expected.shift()
  })
  if (problems.length === 0 && expected.length === 0 && !text.endsWith('\n')) {
    refuse(lines.length, 1, `ends in the middle of a line${restore}`)
  }
  if (problems.length === 0 && expected.length === 1) refuse(lines.length, 1, `ends before its runs${restore}`)
  return problems.length > 0 ? { ok: false, problems } : { ok: true, schedules }
}

const restore = '; restore the file from git, or delete it to assign every run anew'

function readVersion(line: string, refuse: (message: string) => void): void {
  const [, found] = /^version: ([0-9]+)$/.exec(line) ?? []
  if (found === undefined) refuse(`begins with '${line.slice(0, 40)}'; expected 'version: ${lockVersion}'${restore}`)
  else if (Number(found) !== lockVersion) {
    refuse(`has version ${found}, and this Holdfast knows ${lockVersion}; use the version of Holdfast that wrote it`)
  }
}

function readRun(
  line: string,
  schedules: Map<string, WrittenSchedule>,
  refuse: (column: number, message: string) => void,
): void {
  const [, key, expression, timeZone] = run.exec(line) ?? []
  if (key === undefined || expression === undefined || timeZone === undefined) {
    refuse(1, `has '${line.slice(0, 60)}'; expected '  namespace/name: five cron fields and a time zone'${restore}`)
    return
  }
  if (schedules.has(key)) {
    refuse(3, `has ${key} twice; delete the line that is wrong`)
    return
  }
  try {
    cronCalendar(expression)
    offsetAt(timeZone, 0)
    schedules.set(key, { expression, timeZone })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    refuse(key.length + 5, `${error.message}${restore}`)
  }
}
