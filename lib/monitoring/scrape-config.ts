/** A part of the control plane that Prometheus asks for its metrics. */
export interface ScrapeTarget {
  /** Name of its Service, and of its objects. */
  readonly name: string
  readonly component: string
  /** Name of the port. */
  readonly port: string
  readonly portNumber: number
  /** Which of its series are taken. @default - all */
  readonly taken?: readonly SeriesRule[]
}

/** Keeps only the series, or drops those, whose label matches; the name of a series is its label `__name__`. */
export interface SeriesRule {
  readonly label: string
  readonly regex: string
  readonly action: 'keep' | 'drop'
}

const pushedNames = [
  'holdfast_(backup|restore)_(session|target|host)_.+',
  'holdfast_backup_last_success_time_seconds',
  'holdfast_repository_(integrity|size_bytes|uncompressed_bytes|snapshot_count|snapshot_cleaned)',
  'push(gateway)?_.+',
]
/**
 * What is taken from the Pushgateway: the figures of movers and its own. It has no users, and with `honor_labels` a push
 * may have any name and any labels. The controller has one name in common with movers, and says `configuration` with it.
 */
const pushedSeries: readonly SeriesRule[] = [
  { label: '__name__', regex: pushedNames.join('|'), action: 'keep' },
  { label: 'configuration', regex: '.+', action: 'drop' },
]

export const controllerTarget: ScrapeTarget = {
  name: 'holdfast-controller',
  component: 'controller',
  port: 'metrics',
  portNumber: 8080,
}
export const pushgatewayTarget: ScrapeTarget = {
  name: 'holdfast-pushgateway',
  component: 'pushgateway',
  port: 'http',
  portNumber: 9091,
  taken: pushedSeries,
}

/**
 * The `scrape_configs` of a Prometheus without the operator. `honor_labels` is what matters: the series say themselves
 * which namespace they speak of, and Prometheus would otherwise put that of the pod in its place.
 */
export function scrapeConfigs(namespace: string, targets: readonly ScrapeTarget[], interval: string) {
  return targets.map(({ name, port, taken }) => ({
    job_name: name,
    honor_labels: true,
    scrape_interval: interval,
    kubernetes_sd_configs: [{ role: 'endpoints', namespaces: { names: [namespace] } }],
    relabel_configs: [
      { source_labels: ['__meta_kubernetes_service_name'], regex: name, action: 'keep' },
      { source_labels: ['__meta_kubernetes_endpoint_port_name'], regex: port, action: 'keep' },
      { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
    ],
    ...(taken === undefined
      ? {}
      : {
          metric_relabel_configs: taken.map(({ label, regex, action }) => ({ source_labels: [label], regex, action })),
        }),
  }))
}
