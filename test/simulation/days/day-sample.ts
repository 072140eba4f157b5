import type { SimulatedController } from '../simulated-controller.js'
import type { SimulatedWorld } from '../simulated-world.js'

/** What must not grow with the days, at one moment. */
export interface DaySample {
  readonly day: number
  /** Objects of the API by resource, and all of them. */
  readonly objects: Readonly<Record<string, number>>
  readonly allObjects: number
  /** Objects that the controller remembers. */
  readonly cached: number
  /** Keys that want a reconcile now. */
  readonly queued: number
  /** Timers that the controller holds: delays of its queue, deadlines, its own rhythm. */
  readonly timers: number
  /** Requests and watches of the controller under way. */
  readonly inFlight: number
  /** Groups in the Pushgateway. */
  readonly groups: number
  /** Bytes of heap after garbage collection; undefined where it cannot be asked for. */
  readonly heap: number | undefined
}

export async function sampleDay(
  world: SimulatedWorld,
  controller: SimulatedController,
  day: number,
): Promise<DaySample> {
  const objects = world.sandbox.census()
  const caches = Object.values(controller.controller.caches)
  return {
    day,
    objects,
    allObjects: Object.values(objects).reduce((sum, each) => sum + each, 0),
    cached: caches.reduce((sum, each) => sum + each.list().length, 0),
    queued: await queueDepth(controller),
    timers: controller.clock.pending,
    inFlight: controller.transport.inFlight,
    groups: world.pushgateway.groupings().length,
    heap: heapAfterCollection(),
  }
}

async function queueDepth({ controller }: SimulatedController): Promise<number> {
  const text = await controller.metrics.registry.getSingleMetricAsString('holdfast_controller_queue_depth')
  return Number(/^holdfast_controller_queue_depth (\d+)$/m.exec(text)?.[1])
}

/** Needs `node --expose-gc`. */
function heapAfterCollection(): number | undefined {
  if (globalThis.gc === undefined) return undefined
  // Weak references and finalizers free more at the second time.
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}
