import { type Color, type Question, type Steps, thresholds, type Words } from './panel.js'

/** How lines look beside their unit. */
interface LineLook {
  /** The value from which on it is bad: a dashed line. */
  readonly limit?: number
  /** Colours of lines by what the legend calls them; others take those of the palette. */
  readonly colors?: Readonly<Record<string, Color>>
  /** How a value goes on until the next one. @default 'line' */
  readonly draw?: 'line' | 'steps' | 'bars'
  /** How high the axis is at least, so that nothing looks like much. */
  readonly atLeast?: number
  readonly interval?: string
}

const drawn = {
  line: { drawStyle: 'line', lineInterpolation: 'linear', fillOpacity: 10 },
  steps: { drawStyle: 'line', lineInterpolation: 'stepAfter', fillOpacity: 10 },
  bars: { drawStyle: 'bars', fillOpacity: 80, stacking: { mode: 'normal', group: 'A' } },
} as const

/** Lines over time; the legend is a template over labels. */
export function lines(
  words: Words,
  queries: readonly (readonly [expr: string, legend: string])[],
  unit: string,
  look: LineLook = {},
): Question {
  const { limit, colors = {}, draw = 'line', atLeast, interval } = look
  const steps: Steps =
    limit === undefined
      ? [[null, 'green']]
      : [
          [null, 'transparent'],
          [limit, 'red'],
        ]
  const colored = Object.entries(colors).map(([name, fixedColor]) => ({
    matcher: { id: 'byName', options: name },
    properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }],
  }))
  return {
    ...words,
    type: 'timeseries',
    ...(interval === undefined ? {} : { interval }),
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
        thresholds: thresholds(steps),
        custom: {
          ...{ ...drawn[draw], lineWidth: 1, showPoints: 'auto', pointSize: 4, spanNulls: false },
          ...(limit === undefined ? {} : { thresholdsStyle: { mode: 'dashed' } }),
          ...(atLeast === undefined ? {} : { axisSoftMax: atLeast }),
        },
      },
      overrides: colored,
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  }
}
