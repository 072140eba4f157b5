import { PERSISTENT_VOLUME_CLAIMS } from '../../runtime/kube/resource.js'
import { seriesOf } from '../../test/behaviour/metric-series.js'
import { CannedLauncher } from '../../test/simulation/canned-launcher.js'
import type { SimulatedController } from '../../test/simulation/simulated-controller.js'
import { SimulatedWorld } from '../../test/simulation/simulated-world.js'
import { VirtualClock } from '../../test/simulation/virtual-clock.js'
import { claimDeleted, fleetObjects, Stories } from './stories.js'
import { days, pictured } from './volume.js'

const minute = 60_000
const day = 1440 * minute
/** Prometheus forgets a series five minutes after its last sample, and is asked for these moments only. */
const interval = 5 * minute

type Labels = Readonly<Record<string, string>>

/** Samples of series, as OpenMetrics with a time each. */
export class Recording {
  readonly #lines: string[] = []

  add(name: string, labels: Labels, value: number, time: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`)
    this.#lines.push(`${name}{${pairs.join(',')}} ${value} ${time / 1000}`)
  }

  /** Adds what a scrape gave, of the names that are wanted. */
  scrape(text: string, target: Labels, time: number, wanted: ReadonlySet<string>): void {
    for (const { name, labels, value } of seriesOf(text))
      if (wanted.has(name)) this.add(name, { ...target, ...labels }, value, time)
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n# EOF\n`
  }
}

/**
 * Lets the days before the picture pass over the made-up fleet, with the real controller on a clock of its own, and scrapes
 * controller and Pushgateway as Prometheus does.
 */
export async function recordFleet(wanted: ReadonlySet<string>): Promise<Recording> {
  const clock = new VirtualClock(pictured - days.recorded * day)
  const stories = new Stories(() => clock.now())
  const world = await SimulatedWorld.start({ clock, launcher: ground => new CannedLauncher(ground, stories) })
  try {
    await world.apply(...fleetObjects())
    const controller = await world.startController()
    const recording = new Recording()
    let isClaimThere = true
    while (clock.now() < pictured) {
      await clock.advance(Math.min(interval, pictured - clock.now()))
      await scrape(recording, world, controller, wanted)
      if (isClaimThere && clock.now() > pictured - claimDeleted * day) {
        isClaimThere = false
        await world.client.delete(PERSISTENT_VOLUME_CLAIMS, 'pages', 'wiki')
      }
    }
    return recording
  } finally {
    await world.stop()
  }
}

async function scrape(
  recording: Recording,
  world: SimulatedWorld,
  { controller }: SimulatedController,
  wanted: ReadonlySet<string>,
): Promise<void> {
  const time = world.clock.now()
  const target = (name: string, port: number) => ({
    ...{ job: name, instance: `10.1.0.7:${port}`, pod: `${name}-6d4f9c7b8-x2x7q`, namespace: 'holdfast-system' },
  })
  const text = await controller.metrics.registry.metrics()
  recording.scrape(text, target('holdfast-controller', 8080), time, wanted)
  const pushed = world.pushgateway.answer('GET', '/metrics', '').body
  recording.scrape(pushed, target('holdfast-pushgateway', 9091), time, wanted)
  for (const job of ['holdfast-controller', 'holdfast-pushgateway'])
    recording.add('up', { job, namespace: 'holdfast-system' }, 1, time)
}
