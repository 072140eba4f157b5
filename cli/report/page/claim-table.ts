import { statusMarks } from './coverage-picture.js'
import { element } from './element.js'
import type { ClaimRow, Rows } from './rows.js'
import { WindowedTable } from './windowed-table.js'

const urgency = { unprotected: 0, exempt: 1, protected: 2 } as const

/** Every claim of git with who protects it, or why nobody does; the unprotected ones first. */
export function claimTable({ claims }: Rows): WindowedTable<ClaimRow> {
  return new WindowedTable<ClaimRow>({
    label: 'Claims',
    empty: 'No claim fits the filter.',
    all: [...claims].sort((a, b) => urgency[a.status] - urgency[b.status] || (a.key < b.key ? -1 : 1)),
    columns: [
      { label: 'Status', width: '12%', cell: statusCell, order: ({ status }) => urgency[status] },
      { label: 'Claim', width: '25%', cell: nameCell, order: ({ key }) => key },
      { label: 'Size', width: '7%', numeric: true, cell: ({ size }) => size || '–' },
      { label: 'Protected by, or why not', width: '29%', cell: whyCell, order: why },
      { label: 'Until', width: '10%', cell: ({ until }) => until || '–', order: ({ until }) => until },
      { label: 'Written at', width: '17%', cell: placeCell, order: ({ position }) => position },
    ],
  })
}

function statusCell({ status }: ClaimRow): Node {
  const mark = element('span', { class: `mark ${status}`, 'aria-hidden': 'true' }, statusMarks[status])
  return element('span', { class: 'status' }, mark, status)
}

function nameCell({ namespace, name, origin }: ClaimRow): Node {
  const from = origin === 'PersistentVolumeClaim' ? '' : `, of ${origin}`
  const title = `${namespace}/${name}${from}`
  return element('span', { title }, element('span', { class: 'namespace' }, `${namespace}/`), name)
}

function why({ policies, reason, status }: ClaimRow): string {
  const names = policies.map(({ key }) => key).join(', ')
  if (status === 'protected') return names
  if (names !== '' && reason === '') return `${names} does not run`
  return reason !== '' ? reason : status === 'unprotected' ? 'no policy' : 'no reason given'
}

const whyCell = (row: ClaimRow): string => why(row)

function placeCell({ position }: ClaimRow): Node {
  const short = position.split('/').slice(-2).join('/')
  return element('code', { title: position }, short)
}
