import type { MetricFamily, Sample } from './exposition.js'
import type { MetricGroup } from './group.js'

/** The two times the Pushgateway adds to every group. */
export function pushTimes(group: MetricGroup): MetricFamily[] {
  const gauge = (name: string, help: string, seconds: number): MetricFamily => {
    const labels = { instance: '', ...group.labels }
    return { name, type: 'gauge', help, samples: [{ name, labels, value: String(seconds) }] }
  }
  return [
    gauge('push_time_seconds', 'Last Unix time when changing this group in the Pushgateway succeeded.', group.lastPush),
    gauge(
      'push_failure_time_seconds',
      'Last Unix time when changing this group in the Pushgateway failed.',
      group.lastFailure,
    ),
  ]
}

/** One group as `GET /api/v1/metrics` shows it. */
export function describeGroup(group: MetricGroup): Record<string, unknown> {
  const described: Record<string, unknown> = {
    labels: group.labels,
    last_push_successful: group.lastPush >= group.lastFailure,
  }
  const time = new Date(group.lastPush * 1000).toISOString()
  for (const family of [...group.families.values(), ...pushTimes(group)]) {
    described[family.name] = {
      time_stamp: time,
      type: family.type.toUpperCase(),
      ...(family.help === '' ? {} : { help: family.help }),
      metrics: metricsOf(family),
    }
  }
  return described
}

function metricsOf(family: MetricFamily): unknown[] {
  if (family.type !== 'histogram' && family.type !== 'summary') {
    return family.samples.map(({ labels, value }) => ({ labels, value }))
  }
  const parts = new Map<string, { labels: Sample['labels']; [part: string]: unknown }>()
  const inner = family.type === 'histogram' ? 'le' : 'quantile'
  for (const { name, labels, value } of family.samples) {
    const { [inner]: bound, ...outer } = labels
    const key = JSON.stringify(Object.entries(outer).sort())
    const metric = parts.get(key) ?? { labels: outer, [inner === 'le' ? 'buckets' : 'quantiles']: {} }
    parts.set(key, metric)
    if (name.endsWith('_sum')) metric['sum'] = value
    else if (name.endsWith('_count')) metric['count'] = value
    else (metric[inner === 'le' ? 'buckets' : 'quantiles'] as Record<string, string>)[bound ?? ''] = value
  }
  return [...parts.values()]
}
