import { ApiObject } from 'cdk8s'
import type { Construct } from 'constructs'
import { controllerTarget, pushgatewayTarget, type ScrapeTarget } from '../lib/monitoring/scrape-config.js'
import type { Holdfast } from './holdfast.js'
import { selectorOf } from './system-labels.js'

/** Where monitors are written, and what they look at. */
export interface MonitorPlace {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  /** Namespace of the control plane. */
  readonly watched: string
  readonly interval: string
}

/** A ServiceMonitor or PodMonitor for each target. Their series keep their own labels: they name the namespace meant. */
export function scrapeMonitors(
  scope: Construct,
  kind: 'ServiceMonitor' | 'PodMonitor',
  targets: readonly ScrapeTarget[],
  { namespace, labels, watched, interval }: MonitorPlace,
): void {
  const endpoints = kind === 'ServiceMonitor' ? 'endpoints' : 'podMetricsEndpoints'
  for (const { name, component, port, taken } of targets) {
    const relabelings = taken?.map(({ label, regex, action }) => ({ sourceLabels: [label], regex, action }))
    new ApiObject(scope, `${kind}-${component}`, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind,
      metadata: { name, namespace, labels: { ...labels } },
      spec: {
        selector: { matchLabels: selectorOf(component) },
        namespaceSelector: { matchNames: [watched] },
        [endpoints]: [
          {
            ...{ port, path: '/metrics', scheme: 'http', interval, honorLabels: true },
            ...(relabelings === undefined ? {} : { metricRelabelings: relabelings }),
          },
        ],
      },
    })
  }
}

/** Annotates the Services of a control plane for a Prometheus that looks for annotations. */
export function scrapeAnnotations(system: Holdfast): void {
  annotate(system.controller.service, controllerTarget, 'prometheus.io/scrape', 'true')
  // The name by which the community chart’s job for Pushgateways, which honours labels, finds its targets.
  if (system.pushgateway !== undefined)
    annotate(system.pushgateway.service, pushgatewayTarget, 'prometheus.io/probe', 'pushgateway')
}

function annotate(service: ApiObject, { portNumber }: ScrapeTarget, name: string, value: string): void {
  service.metadata.addAnnotation(name, value)
  service.metadata.addAnnotation('prometheus.io/port', `${portNumber}`)
  service.metadata.addAnnotation('prometheus.io/path', '/metrics')
}
