/** One series of the text format. */
export interface MetricSeries {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const line = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)/
const label = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g

/** The series of a text in Prometheus’ exposition format whose labels are as given. */
export function seriesOf(text: string, labels: Readonly<Record<string, string>> = {}): MetricSeries[] {
  return text
    .split('\n')
    .filter(row => !row.startsWith('#'))
    .flatMap(row => {
      const [, name, inner = '', value] = line.exec(row) ?? []
      if (name === undefined) return []
      const pairs = [...inner.matchAll(label)].map(([, key = '', text = '']) => [key, text])
      return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }]
    })
    .filter(series => Object.entries(labels).every(([key, value]) => series.labels[key] === value))
}

/** The value of the one series of that name and those labels; undefined when there is none, or more than one. */
export function metricValue(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const [found, ...others] = seriesOf(text, labels).filter(series => series.name === name)
  return others.length > 0 ? undefined : found?.value
}
