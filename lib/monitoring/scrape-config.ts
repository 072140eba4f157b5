/** A part of the control plane that Prometheus asks for its metrics. */
export interface ScrapeTarget {
  /** Name of its Service, and of its objects. */
  readonly name: string
  readonly component: string
  /** Name of the port. */
  readonly port: string
  readonly portNumber: number
}

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
}

/**
 * The `scrape_configs` of a Prometheus without the operator. `honor_labels` is what matters: the series say themselves
 * which namespace they speak of, and Prometheus would otherwise put that of the pod in its place.
 */
export function scrapeConfigs(namespace: string, targets: readonly ScrapeTarget[], interval: string) {
  return targets.map(({ name, port }) => ({
    job_name: name,
    honor_labels: true,
    scrape_interval: interval,
    kubernetes_sd_configs: [{ role: 'endpoints', namespaces: { names: [namespace] } }],
    relabel_configs: [
      { source_labels: ['__meta_kubernetes_service_name'], regex: name, action: 'keep' },
      { source_labels: ['__meta_kubernetes_endpoint_port_name'], regex: port, action: 'keep' },
      { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
    ],
  }))
}
