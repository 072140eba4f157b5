import { countsOf, severities } from '../../lib/diff/change.js'
import type { FleetDifference } from '../../lib/diff/changes.js'
import { clipped } from '../display/clipped.js'
import type { Terminal } from '../display/terminal.js'
import type { Comparison } from './comparison.js'
import { countWords, gapWords, otherWords } from './count-words.js'
import { type ChangeGroup, groupsOf, subjectWords } from './group.js'
import { printable } from './printable.js'

const mostDetails = 6

/** Prints the differences for people, the gravest first. */
export function printText(
  { before, after }: Comparison,
  { changes, others }: FleetDifference,
  terminal: Terminal,
): void {
  const { bold, dim } = terminal.colours
  const summary = countWords(countsOf(changes))
  terminal.line(`${bold(summary)}  ${dim(`${printable(before.name)} → ${printable(after.name)}`)}`)
  for (const words of gapWords({ before, after })) terminal.line(bold(printable(words)))
  const groups = groupsOf(changes)
  for (const severity of severities) {
    for (const group of groups) if (group.change.severity === severity) printGroup(group, terminal)
  }
  const more = otherWords(others)
  if (more !== undefined) terminal.line(`\n${dim(more)}`)
}

function printGroup(group: ChangeGroup, terminal: Terminal): void {
  const { change } = group
  const { bold, dim, cyan } = terminal.colours
  const { sentence, details, positions, advice } = change
  const { danger, warning, notice } = { danger: terminal.colours.red, warning: terminal.colours.yellow, notice: cyan }
  const colour = { danger, warning, notice }[change.severity]
  terminal.line()
  terminal.line(`${colour(change.severity.padEnd(7))}  ${bold(printable(subjectWords(group)))}  ${dim(change.kind)}`)
  terminal.line(`         ${printable(sentence)}`)
  for (const { field, before, after } of details.slice(0, mostDetails)) {
    terminal.line(`         ${dim(`${printable(field)}:`)} ${value(before)} ${dim('→')} ${value(after)}`)
  }
  if (details.length > mostDetails) terminal.line(`         ${dim(`and ${details.length - mostDetails} more fields`)}`)
  if (advice !== undefined) terminal.line(`         ${printable(advice)}`)
  const where = [positions.before, positions.after].filter(position => position !== undefined)
  if (where.length > 0) terminal.line(`         ${dim(printable(where.join(' → ')))}`)
}

const value = (text: string | undefined) => (text === undefined ? '–' : clipped(printable(text), 200))
