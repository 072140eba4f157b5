import { type Caches, createCaches } from '../../../runtime/controller/caches.js'
import { ControllerMetrics } from '../../../runtime/controller/controller-metrics.js'
import type { KubeClient } from '../../../runtime/kube/client.js'
import type { Clock } from '../../../runtime/kube/clock.js'
import { type MetricSeries, seriesOf } from '../../behaviour/metric-series.js'
import { now } from './observation.js'

/** A clock that shows the time of the observations. */
export const clock: Clock = { now: () => 0, date: () => now, after: () => () => {} }

/** The controller’s caches with these objects in them and no cluster behind them. */
export function cachesOf(fill: (caches: Caches) => void): Caches {
  const caches = createCaches(
    {} as KubeClient,
    () => {},
    () => {},
    { clock },
  )
  fill(caches)
  return caches
}

interface Circumstances {
  readonly isLeader?: boolean
  readonly pushgateway?: boolean
}

/** The metrics of a controller with these caches. */
export function metricsOf(caches: Caches, around: Circumstances = {}): ControllerMetrics {
  return new ControllerMetrics({
    caches,
    queue: { depth: 0 },
    clock,
    isLeader: () => around.isLeader ?? true,
    pushgateway: () => around.pushgateway,
  })
}

/** What `/metrics` says of these objects, as text. */
export function exposition(fill: (caches: Caches) => void = () => {}, around: Circumstances = {}): Promise<string> {
  return metricsOf(cachesOf(fill), around).registry.metrics()
}

/** The series of one name. */
export async function exposed(
  name: string,
  fill: (caches: Caches) => void,
  around?: Circumstances,
): Promise<MetricSeries[]> {
  return seriesOf(await exposition(fill, around)).filter(series => series.name === name)
}
