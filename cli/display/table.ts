import Table from 'cli-table3'
import type { Terminal } from './terminal.js'

const bare = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map(name => [name, '']),
)

/** Prints rows under a head, without rules, as kubectl does. */
export function printTable(terminal: Terminal, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const { dim } = terminal.colours
  const style = { 'padding-left': 0, 'padding-right': 2, head: [], border: [] }
  const table = new Table({ chars: bare, style, head: head.map(text => dim(text)) })
  for (const row of rows) table.push([...row])
  for (const line of table.toString().split('\n')) terminal.line(`  ${line.trimEnd()}`)
}
