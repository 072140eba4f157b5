import type { Snapshot } from '../../lib/restic/messages.js'
import { inWords } from '../display/elapsed.js'
import { printable } from '../display/printable.js'
import { printTable } from '../display/table.js'
import type { Terminal } from '../display/terminal.js'
import { nextSnapshot, type Preview } from './subject.js'

/** Prints what becomes of each snapshot, policy by policy. Those of which the repository has no snapshot are counted. */
export function printPreviews(
  previews: readonly Preview[],
  snapshots: readonly Snapshot[],
  now: Date,
  out: Terminal,
): void {
  const stored = previews.filter(each => storedIn(each).length > 0)
  for (const each of stored) printPreview(each, now, out)
  const without = previews.length - stored.length
  if (without > 0) out.note(withoutText(previews, without, snapshots))
  out.line()
  const judged = new Set(stored.flatMap(each => storedIn(each).map(({ snapshot }) => snapshot.id)))
  out.line(
    `  ${snapshots.length - judged.size} of ${snapshots.length} snapshots are of other hosts and paths: untouched`,
  )
  out.line('  retention follows a good backup only: after a partial, empty or failed one nothing is removed')
}

const verdictsOf = ({ plan }: Preview) => plan.groups.flatMap(group => group.verdicts)
const storedIn = (each: Preview) => verdictsOf(each).filter(({ snapshot }) => snapshot.id !== nextSnapshot)

function printPreview(each: Preview, now: Date, out: Terminal): void {
  const { green, red } = out.colours
  out.title(printable(`${each.name}: host ${each.of.host}, path ${each.of.path}`), whenText(each))
  const rows = verdictsOf(each).map(({ snapshot, keep, reasons }) => {
    const age = (now.getTime() - Date.parse(snapshot.time)) / 1000
    return [
      snapshot.id === nextSnapshot ? nextSnapshot : snapshot.id.slice(0, 8),
      snapshot.time.replace(/\.\d+/, ''),
      age < 0 ? `in ${inWords(age)}` : inWords(age),
      keep ? green('kept') : red('removed'),
      printable(reasons.join(', ')),
    ]
  })
  printTable(out, ['SNAPSHOT', 'TAKEN', 'AGE', 'BECOMES', 'WHY'], rows)
  const removed = verdictsOf(each).filter(({ keep }) => !keep).length
  out.line(`  keeps ${rows.length - removed}, removes ${removed}`)
  if (each.plan.refusal !== undefined) out.note(`${each.plan.refusal}: retention would fail`)
  if (each.retention.dryRun === true) out.note('dryRun: the policy removes nothing, it only says what it would')
}

const whenText = ({ nextRun }: Preview) =>
  nextRun === undefined
    ? 'the repository as it is'
    : `after the next backup, ${nextRun.toISOString().slice(0, 16).replace('T', ' ')} UTC`

function withoutText(previews: readonly Preview[], without: number, snapshots: readonly Snapshot[]): string {
  const hosts = [...new Set(snapshots.map(({ host }) => printable(host)))].sort()
  const [only] = previews
  const known = hosts.length === 0 ? 'it has no snapshot at all' : `its hosts are ${hosts.slice(0, 5).join(', ')}`
  const more = hosts.length > 5 ? ` and ${hosts.length - 5} more` : ''
  return previews.length === 1 && only !== undefined
    ? `the repository has no snapshot of host ${only.of.host} and path ${only.of.path}; ${known}${more}`
    : `of ${without} hosts and paths the repository has no snapshot`
}
