import { element } from './element.js'
import { smallTimeline } from './retention-picture.js'
import type { PolicyRow, Rows } from './rows.js'
import { WindowedTable } from './windowed-table.js'
import { bytes, money, span } from './words.js'

/** Every policy with its retention as a timeline, its storage and its cost. */
export function policyTable(rows: Rows, open: (policy: PolicyRow) => void): WindowedTable<PolicyRow> {
  const { content } = rows
  const stored = (policy: PolicyRow) => policy.size * (content.timelines[policy.timeline]?.growth.at(-1) ?? 0)
  const points = (policy: PolicyRow) =>
    content.timelines[policy.timeline]?.ages.reduce((sum, [, , points]) => sum + points, 0) ?? 0
  return new WindowedTable<PolicyRow>({
    label: 'Policies',
    empty: 'No policy fits the filter.',
    all: rows.policies,
    open,
    columns: [
      { label: 'Policy', width: '21%', cell: nameCell, order: ({ key }) => key },
      {
        label: 'Repository',
        width: '15%',
        cell: ({ repositoryName }) => repositoryName,
        order: ({ repositoryName }) => repositoryName,
      },
      { label: 'Schedule', width: '15%', cell: ({ schedule }) => schedule, order: ({ schedule }) => schedule },
      {
        label: 'Objective',
        width: '9%',
        numeric: true,
        cell: ({ objective }) => (objective === 0 ? '–' : span(objective)),
        order: ({ objective }) => objective,
      },
      { label: 'Kept, by age', width: '20%', cell: policy => timelineCell(rows, policy), order: points },
      { label: 'After a year', width: '11%', numeric: true, cell: policy => bytes(stored(policy)), order: stored },
      {
        label: 'A month',
        width: '9%',
        numeric: true,
        cell: ({ cost }) => money(cost, content.currency),
        order: ({ cost }) => cost,
      },
    ],
  })
}

function nameCell({ namespace, name, problems, paused }: PolicyRow): Node {
  const parts: (Node | string)[] = [element('span', { class: 'namespace' }, `${namespace}/`), name]
  if (problems.length > 0) {
    const words = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`
    parts.push(
      ' ',
      element(
        'span',
        { class: 'badge bad', title: words },
        `! ${problems.length}`,
        element('span', { class: 'unseen' }, ' problems'),
      ),
    )
  }
  if (paused) parts.push(' ', element('span', { class: 'badge' }, 'paused'))
  return element('span', { title: `${namespace}/${name}` }, ...parts)
}

function timelineCell({ content }: Rows, { timeline, retention }: PolicyRow): Node | string {
  const entry = content.timelines[timeline]
  if (entry === undefined) return '–'
  return element('span', { title: retention }, smallTimeline(entry))
}
