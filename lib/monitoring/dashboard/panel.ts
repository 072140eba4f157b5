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
  /** Least time between two points, a duration of Grafana. */
  readonly interval?: string
}

export interface Panel extends Question {
  readonly id: number
  readonly gridPos: GridPos
  readonly datasource: { readonly type: 'prometheus'; readonly uid: string }
}

export type Color = 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'gray' | 'transparent'
/** Colours from a value on; the first one holds below all others. */
export type Steps = readonly (readonly [value: number | null, color: Color])[]

/** What a panel asks. */
export interface Words {
  readonly title: string
  readonly description: string
}

/** Steps as Grafana has them. */
export const thresholds = (steps: Steps) => ({
  mode: 'absolute',
  steps: steps.map(([value, color]) => ({ value, color })),
})

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
