import type { Registry } from 'prom-client'

/** What an answer in this format is called. */
export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

/** What is asked of a registry: its series, one metric after the other. */
export type MetricSource = Pick<Registry, 'getMetricsAsArray' | 'getSingleMetricAsString'>

/**
 * A registry’s series as OpenMetrics 1.0. The library can write it too, but only for a registry that never writes anything
 * else, because it takes `_total` off the counters’ names for good; it leaves out the units, and bounds of buckets are not
 * written as numbers with a fraction. So its Prometheus text is taken, and the few lines that differ are changed: those of
 * gauges, nearly all of it, are the same in both formats.
 */
export async function openMetrics(source: MetricSource): Promise<string> {
  const texts = source.getMetricsAsArray().map(({ name }) => source.getSingleMetricAsString(name))
  const families = (await Promise.all(texts)).map(family)
  return `${families.join('\n')}\n# EOF\n`
}

const head = /^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)/

function family(text: string): string {
  const [lines = '', name = '', help = '', type = ''] = head.exec(text) ?? []
  const base = type === 'counter' ? name.replace(/_total$/, '') : name
  const unit = /_(seconds|bytes)$/.exec(base)?.[1]
  const own = [
    `# HELP ${base} ${help.replaceAll('"', '\\"')}`,
    `# TYPE ${base} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${base} ${unit}`]),
  ]
  const samples = text.slice(lines.length)
  return own.join('\n') + (type === 'histogram' ? samples.replace(wholeBound, '$1.0"') : samples)
}

// A name of a label is whole only after a brace or a comma, and within a value a quote is never bare: this is the label `le`.
const wholeBound = /([{,]le="\d+)"/g
