import type { DaySample } from './day-sample.js'

export interface Trend {
  readonly first: number
  readonly last: number
  readonly least: number
  readonly most: number
  /** Growth a day, by the straight line that fits best. */
  readonly perDay: number
  /** What that line says of the last day, over what it says of the first: 1 is flat. */
  readonly ratio: number
}

/** What must not grow, by name. */
export const watched: Readonly<Record<string, (sample: DaySample) => number>> = {
  heapMiB: ({ heap }) => (heap ?? Number.NaN) / 2 ** 20,
  objects: ({ allObjects }) => allObjects,
  cached: ({ cached }) => cached,
  queued: ({ queued }) => queued,
  timers: ({ timers }) => timers,
  inFlight: ({ inFlight }) => inFlight,
  groups: ({ groups }) => groups,
}

/** The straight line through the values by least squares, as a growth and a ratio. */
export function trendOf(samples: readonly DaySample[], value: (sample: DaySample) => number): Trend {
  const points = samples.map(sample => ({ at: sample.day, value: value(sample) }))
  const mean = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [middle, average] = [mean(({ at }) => at), mean(point => point.value)]
  const spread = mean(({ at }) => (at - middle) ** 2)
  const perDay = spread === 0 ? 0 : mean(point => (point.at - middle) * (point.value - average)) / spread
  const line = (at: number) => average + perDay * (at - middle)
  const [begin, end] = [line(points[0]?.at ?? 0), line(points.at(-1)?.at ?? 0)]
  const values = points.map(point => point.value)
  return {
    first: values[0] ?? 0,
    last: values.at(-1) ?? 0,
    least: Math.min(...values),
    most: Math.max(...values),
    perDay,
    ratio: begin === end ? 1 : end / begin,
  }
}
