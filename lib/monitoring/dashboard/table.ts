import { type Color, type Question, type Steps, thresholds, type Words } from './panel.js'

/** What people read above a column, by the label; in the order of the columns. */
const columns = {
  cluster: 'Cluster',
  severity: 'Severity',
  alertname: 'Alert',
  namespace: 'Namespace',
  configuration: 'Policy',
  repository: 'Repository',
  work: 'Work',
  phase: 'Phase',
  reason: 'Reason',
} as const
const severityColors: Readonly<Record<string, Color>> = { critical: 'red', warning: 'orange', info: 'blue' }

/** A value of each row, which has a name and a unit. */
interface ColumnOfValues {
  readonly name: string
  readonly unit: string
  readonly steps?: Steps
}

/** A row for each series: its labels, and its value where that says something; sorted by the value, or by a column. */
export function table(
  words: Words,
  expr: string,
  value?: ColumnOfValues,
  sortBy: string = columns.namespace,
): Question {
  const name = value?.name ?? 'Value'
  const order = Object.fromEntries([...Object.keys(columns), 'Value'].map((column, index) => [column, index]))
  return {
    ...words,
    type: 'table',
    targets: [{ refId: 'A', expr, instant: true, range: false, format: 'table' }],
    fieldConfig: {
      defaults: {
        custom: { align: 'left', filterable: true, minWidth: 80 },
        thresholds: thresholds(value?.steps ?? [[null, 'blue']]),
        noValue: 'None',
      },
      overrides: [...columnOverrides, ...(value === undefined ? [] : [overrideOf(value)])],
    },
    options: {
      showHeader: true,
      cellHeight: 'sm',
      sortBy: [{ displayName: value === undefined ? sortBy : name, desc: value !== undefined }],
    },
    transformations: [
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true, ...(value === undefined ? { Value: true } : {}) },
          indexByName: order,
          renameByName: { ...columns, Value: name },
        },
      },
    ],
  }
}

const overrideOf = ({ name, unit, steps }: ColumnOfValues) => ({
  matcher: { id: 'byName', options: name },
  properties: [
    { id: 'unit', value: unit },
    ...(steps === undefined ? [] : [{ id: 'custom.cellOptions', value: { type: 'color-text' } }]),
  ],
})

const severities = Object.entries(severityColors).map(([severity, color], index) => [severity, { color, index }])

const columnOverrides = [
  // Not every alert has every label; “None” is for a table without rows.
  { matcher: { id: 'byType', options: 'string' }, properties: [{ id: 'noValue', value: '–' }] },
  { matcher: { id: 'byName', options: columns.alertname }, properties: [{ id: 'custom.width', value: 250 }] },
  {
    matcher: { id: 'byName', options: columns.severity },
    properties: [
      { id: 'custom.width', value: 110 },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
      { id: 'mappings', value: [{ type: 'value', options: Object.fromEntries(severities) }] },
    ],
  },
]
