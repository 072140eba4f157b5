/** A query of a panel, as Grafana’s Prometheus data source takes it. */
export interface Target {
  readonly refId: string
  readonly expr: string
  readonly legendFormat?: string
  readonly instant?: boolean
  readonly range?: boolean
  readonly format?: 'table' | 'time_series'
}

export interface GridPos {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** A question that a person asks, before it has a place. */
export interface Question {
  readonly title: string
  /** What the answer means, and what to do about it. */
  readonly description: string
  readonly type: 'stat' | 'table' | 'timeseries'
  readonly targets: readonly Target[]
  readonly fieldConfig: { readonly defaults: Readonly<Record<string, unknown>>; readonly overrides: readonly unknown[] }
  readonly options: Readonly<Record<string, unknown>>
  readonly transformations?: readonly { readonly id: string; readonly options: Readonly<Record<string, unknown>> }[]
}

export interface Panel extends Question {
  readonly id: number
  readonly gridPos: GridPos
  readonly datasource: { readonly type: 'prometheus'; readonly uid: string }
}

/** Colours from a value on; the first one holds below all others. */
export type Steps = readonly (readonly [value: number | null, color: 'green' | 'yellow' | 'red' | 'blue'])[]

interface Words {
  readonly title: string
  readonly description: string
}

const thresholds = (steps: Steps) => ({ mode: 'absolute', steps: steps.map(([value, color]) => ({ value, color })) })

/** One number, large and coloured. */
export function stat(
  words: Words,
  expr: string,
  look: { readonly unit?: string; readonly steps: Steps; readonly words?: Readonly<Record<string, string>> },
): Question {
  const mappings =
    look.words === undefined
      ? []
      : [
          {
            type: 'value',
            options: Object.fromEntries(Object.entries(look.words).map(([key, text]) => [key, { text }])),
          },
        ]
  return {
    ...words,
    type: 'stat',
    targets: [{ refId: 'A', expr, instant: true, range: false }],
    fieldConfig: {
      defaults: {
        unit: look.unit ?? 'none',
        mappings,
        thresholds: thresholds(look.steps),
        color: { mode: 'thresholds' },
      },
      overrides: [],
    },
    options: {
      colorMode: 'background',
      graphMode: 'none',
      justifyMode: 'auto',
      textMode: 'auto',
      orientation: 'auto',
      wideLayout: true,
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
  }
}

/** Lines over time; the legend is a template over labels. */
export function lines(
  words: Words,
  queries: readonly (readonly [expr: string, legend: string])[],
  unit: string,
): Question {
  return {
    ...words,
    type: 'timeseries',
    targets: queries.map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode(65 + index),
      expr,
      legendFormat,
      range: true,
    })),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        color: { mode: 'palette-classic' },
        custom: { drawStyle: 'line', lineWidth: 1, fillOpacity: 10, showPoints: 'never', spanNulls: false },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  }
}

/** A row for each series: its labels and its value, which has a name and a unit. */
export function table(
  words: Words,
  expr: string,
  value: { readonly name: string; readonly unit: string; readonly steps?: Steps },
): Question {
  const { name, unit, steps } = value
  const coloured = steps === undefined ? [] : [{ id: 'custom.cellOptions', value: { type: 'color-text' } }]
  return {
    ...words,
    type: 'table',
    targets: [{ refId: 'A', expr, instant: true, range: false, format: 'table' }],
    fieldConfig: {
      defaults: { custom: { align: 'auto', filterable: true }, thresholds: thresholds(steps ?? [[null, 'blue']]) },
      overrides: [{ matcher: { id: 'byName', options: name }, properties: [{ id: 'unit', value: unit }, ...coloured] }],
    },
    options: { showHeader: true, cellHeight: 'sm', sortBy: [{ displayName: name, desc: true }] },
    transformations: [
      { id: 'organize', options: { excludeByName: { Time: true }, indexByName: {}, renameByName: { Value: name } } },
    ],
  }
}
