import { Gauge, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client'

type Labels = Readonly<Record<string, string>>

/** Sets the value of one series while a gauge is collected. */
export type SetSeries = (labels: Labels, value: number) => void

/** What a gauge is called, and the labels that all of its series have. */
export interface GaugeName {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
}

/**
 * A gauge whose series are worked out anew whenever they are asked for: what is gone is gone from it too. Nothing is kept
 * between two scrapes, which for ten thousand policies would be most of a small controller’s memory.
 */
class CollectedGauge extends Gauge {
  readonly #about: GaugeName
  readonly #collect: (set: SetSeries) => void

  constructor(registry: Registry, about: GaugeName, collect: (set: SetSeries) => void) {
    super({ name: about.name, help: about.help, labelNames: [...about.labelNames], registers: [registry] })
    this.#about = about
    this.#collect = collect
  }

  override async get(): Promise<MetricObjectWithValues<MetricValue<string>>> {
    const values: MetricValue<string>[] = []
    this.#collect((labels, value) => values.push({ labels, value }))
    const { name, help } = this.#about
    return { name, help, type: 'gauge' as never, aggregator: 'sum', collect: () => {}, values }
  }
}

/** Adds such a gauge to a registry. */
export function collectedGauge(registry: Registry, about: GaugeName, collect: (set: SetSeries) => void): void {
  new CollectedGauge(registry, about, collect)
}
