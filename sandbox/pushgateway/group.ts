import { ExpositionError, type Labels, type MetricFamily } from './exposition.js'

/** All that was pushed under one grouping key. */
export interface MetricGroup {
  readonly labels: Labels
  readonly families: Map<string, MetricFamily>
  /** Seconds since the epoch of the last push that was taken and of the last that was refused; 0 for none. */
  lastPush: number
  lastFailure: number
}

/** `/metrics/job/<job>{/<label>/<value>}`, with `<label>@base64` for values that a path cannot carry. Throws ExpositionError. */
export function groupingLabels(path: string): Labels {
  const parts = path
    .replace(/^\/metrics\//, '')
    .replace(/\/$/, '')
    .split('/')
  const labels: Record<string, string> = {}
  if (parts.length % 2 !== 0)
    throw new ExpositionError(`odd number of components in label string ${JSON.stringify(path)}`)
  for (let index = 0; index < parts.length; index += 2) {
    const [name = '', encoding] = decodeURIComponent(parts[index] ?? '').split('@', 2)
    const value = parts[index + 1] ?? ''
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new ExpositionError(`improper label name ${JSON.stringify(name)}`)
    labels[name] = encoding === 'base64' ? decodeBase64(value) : decodeURIComponent(value)
  }
  if ((labels['job'] ?? '') === '') throw new ExpositionError('job name is required')
  return labels
}

/** The URL-safe alphabet, padding optional; `=` alone is the empty value. */
function decodeBase64(text: string): string {
  return Buffer.from(decodeURIComponent(text).replace(/=+$/, ''), 'base64url').toString('utf8')
}

export function groupKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The families with the grouping's labels on every sample, as the Pushgateway stores them: the grouping wins. */
export function labelled(families: Map<string, MetricFamily>, grouping: Labels): Map<string, MetricFamily> {
  const all = [...families].map(([name, family]): [string, MetricFamily] => {
    const samples = family.samples.map(sample => ({
      ...sample,
      labels: { instance: '', ...sample.labels, ...grouping },
    }))
    return [name, { ...family, samples }]
  })
  return new Map(all.filter(([, family]) => family.samples.length > 0))
}

/** Refuses what would make the exposition contradict itself: one name with two types, or one series twice. */
export function checkConsistency(pushed: Map<string, MetricFamily>, groups: Iterable<MetricGroup>): void {
  for (const [name, family] of pushed) {
    const series = family.samples.map(sample => `${sample.name}${groupKey(sample.labels)}`)
    if (new Set(series).size < series.length) {
      throw new ExpositionError(
        `pushed metrics are invalid or inconsistent with existing metrics: collected metric "${name}" was collected before with the same name and label values`,
      )
    }
  }
  for (const group of groups) {
    for (const [name, family] of group.families) {
      const type = pushed.get(name)?.type
      if (type === undefined || type === family.type) continue
      throw new ExpositionError(
        `pushed metrics are invalid or inconsistent with existing metrics: ${name} has type ${family.type}, pushed as ${type}`,
      )
    }
  }
}
