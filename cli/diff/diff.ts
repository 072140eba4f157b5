import { FileMemory } from '../../constructs/manifests/file-memory.js'
import { type Change, countsOf } from '../../lib/diff/change.js'
import { differenceBetween } from '../../lib/diff/changes.js'
import { formatProblem } from '../../lib/problem.js'
import type { Snapshot } from '../../lib/restic/messages.js'
import { parseMoment } from '../../lib/retention/moment.js'
import type { Terminal } from '../display/terminal.js'
import { readSnapshots } from '../retention/snapshot-source.js'
import { exitCodes, UserError } from '../user-error.js'
import type { Comparison } from './comparison.js'
import { countWords } from './count-words.js'
import { documentOf } from './document.js'
import { fleetSide, type Selection } from './fleet-side.js'
import { markdownOf } from './markdown.js'
import { printable } from './printable.js'
import { mergeBase, type Side, sideOf } from './revision.js'
import { printText } from './text.js'

export interface DiffOptions extends Selection {
  readonly output: 'text' | 'markdown' | 'json'
  readonly failOn: 'danger' | 'warning' | 'never'
  readonly mergeBase?: boolean
  readonly snapshots?: readonly string[]
  readonly today?: string
}

interface Terminals {
  readonly out: Terminal
  readonly errors: Terminal
}

/** Exit codes of their own, beside those of every command. */
const severityCodes = { warning: 3, danger: 4 } as const

/**
 * Prints what differs between two sides in the words of backups. Throws UserError when a side cannot be read, and when
 * something is as grave as `failOn`.
 */
export async function diff(
  before: string,
  after: string | undefined,
  options: DiffOptions,
  terminals: Terminals,
  signal: AbortSignal,
): Promise<void> {
  const now = dayFrom(options.today)
  const [old, fresh] = await sidesOf(before, after, options, signal)
  const snapshots = await snapshotsIn(options.snapshots, terminals.errors, signal)
  const memory = new FileMemory()
  const read = (side: Side) => withProgress(side, terminals.errors, () => fleetSide(side, options, memory, signal))
  const comparison: Comparison = { before: await read(old), after: await read(fresh) }
  tellProblems(comparison, terminals.errors)
  const chosen = snapshots === undefined ? {} : { snapshots }
  const exemptions = { before: comparison.before.exemptions, after: comparison.after.exemptions }
  const difference = differenceBetween(comparison.before.fleet, comparison.after.fleet, { now, exemptions, ...chosen })
  if (options.output === 'json') terminals.out.line(JSON.stringify(documentOf(comparison, difference), undefined, 2))
  else if (options.output === 'markdown') terminals.out.output.write(markdownOf(comparison, difference))
  else printText(comparison, difference, terminals.out)
  judge(difference.changes, options.failOn)
}

async function sidesOf(before: string, after: string | undefined, options: DiffOptions, signal: AbortSignal) {
  const old = await sideOf(before, signal)
  const fresh: Side = after === undefined ? { place: '.' } : await sideOf(after, signal)
  if (options.mergeBase !== true) return [old, fresh] as const
  if (!('revision' in old)) throw new UserError(`--merge-base needs a revision; ${before} is a folder`, exitCodes.usage)
  const other = 'revision' in fresh ? fresh.revision : undefined
  return [{ revision: await mergeBase(old.revision, other, signal) }, fresh] as const
}

async function withProgress<T>(side: Side, errors: Terminal, read: () => Promise<T>): Promise<T> {
  const name = 'place' in side ? side.place : side.revision.name
  if (errors.live) errors.output.write(`reading ${printable(name)} …`)
  try {
    return await read()
  } finally {
    if (errors.live) errors.output.write('\r\x1b[K')
  }
}

async function snapshotsIn(files: readonly string[] | undefined, errors: Terminal, signal: AbortSignal) {
  if (files === undefined) return undefined
  const all: Snapshot[] = []
  for (const file of files) {
    const snapshots = await readSnapshots({ file }, errors, signal)
    for (const { id, time } of snapshots) {
      try {
        parseMoment(time)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        throw new UserError(`${file}: snapshot ${id.slice(0, 8)}: ${error.message}`)
      }
    }
    all.push(...snapshots)
  }
  return all
}

// What cannot be read now is no answer; what could not be read before is a fact that the change may be mending.
// Names of files and objects may hold what moves a cursor.
function tellProblems({ before, after }: Comparison, errors: Terminal): void {
  for (const note of [...before.notes, ...after.notes]) errors.note(printable(note))
  for (const problem of before.fleet.problems) errors.note(printable(`before: ${formatProblem(problem)}`))
  const { problems, manifests } = after.fleet
  if (problems.length > 0) {
    const lines = problems.map(problem => `  ${printable(formatProblem(problem))}`)
    throw new UserError(`${printable(after.name)} cannot be read, so nobody can say what changed\n${lines.join('\n')}`)
  }
  const nowhere = before.missing.filter(place => after.missing.includes(place))
  if (nowhere.length > 0) throw new UserError(`${nowhere.join(', ')}: on neither side`, exitCodes.usage)
  for (const { name, missing } of [before, after]) for (const place of missing) errors.note(`${name} has no ${place}`)
  const none = before.fleet.manifests.length === 0
  if (manifests.length > 0) {
    if (none) errors.note(`${before.name} holds no Kubernetes object: everything counts as new`)
    return
  }
  const other = none ? 'has none either' : 'has some'
  throw new UserError(`${after.name} holds no Kubernetes object, and ${before.name} ${other}; is --path right?`)
}

function judge(changes: readonly Change[], failOn: DiffOptions['failOn']): void {
  const { danger, warning } = countsOf(changes)
  if (failOn !== 'never' && danger > 0)
    throw new UserError(countWords({ danger, warning, notice: 0 }), severityCodes.danger)
  if (failOn === 'warning' && warning > 0)
    throw new UserError(countWords({ danger, warning, notice: 0 }), severityCodes.warning)
}

function dayFrom(given: string | undefined): Date {
  const text = given ?? process.env['HOLDFAST_TODAY']
  if (text === undefined) return new Date()
  const date = new Date(`${text}T00:00:00Z`)
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime())) return date
  throw new UserError(`got the day '${text}'; expected a date, such as 2027-06-30`, exitCodes.usage)
}
