import { labels } from '../../lib/api/group.js'
import { CONFIGURATIONS } from '../../runtime/controller/objects.js'
import { PERSISTENT_VOLUME_CLAIMS } from '../../runtime/kube/resource.js'
import { eventually } from '../../test/behaviour/eventually.js'
import { seriesOf } from '../../test/behaviour/metric-series.js'
import type { Ground } from '../../test/cluster/faults/ground.js'
import { awaitWhole } from '../../test/cluster/faults/wholeness.js'
import type { Fleet } from './fleet.js'
import type { Journal } from './journal.js'
import { persistently } from './persistence.js'
import type { Recorder } from './recorder.js'

/** Longest that a session may be older than the end of the soak: its own deadline, and what follows it. */
const patience = 16 * 60
/** Maintenance waits five minutes for a lock that a killed mover left. */
const maintenancePatience = 9 * 60
const clearingPatience = 150
/** A Pushgateway that was killed may bring back what it had forgotten; the controller sweeps every ten minutes. */
const sweepingPatience = 12 * 60

/** Nothing new begins, and what has begun ends; what does not is left for the audit to find. */
export async function settle(ground: Ground, fleet: Fleet, recorder: Recorder, journal: Journal): Promise<void> {
  await awaitWhole(ground.client, new Date())
  for (const { name, namespace } of fleet.policies.filter(each => each.scheduled)) {
    await persistently(() => ground.client.mergePatch(CONFIGURATIONS, name, namespace, { spec: { paused: true } }))
  }
  const quiet = async (what: string, seconds: number, isSo: () => Promise<boolean> | boolean) => {
    journal.note(`waiting until ${what}`)
    await eventually(
      async () => ((await isSo()) ? true : undefined),
      seconds,
      () => what,
    ).catch((error: Error) => {
      journal.note(`not so: ${error.message}`)
    })
  }
  await quiet('every session has ended', patience, () => recorder.open.length === 0)
  await quiet('maintenance is over', maintenancePatience, async () => {
    return (await ground.movers()).length === 0
  })
  await quiet('interim volumes are gone', clearingPatience, async () => {
    const lists = fleet.stores.map(({ namespace }) => {
      return ground.client.list(PERSISTENT_VOLUME_CLAIMS, { namespace, labelSelector: `${labels.job}=interim` })
    })
    return (await Promise.all(lists)).every(list => list.items.length === 0)
  })
  await quiet('the Pushgateway has forgotten deleted policies', sweepingPatience, async () => {
    const text = await ground.world.metrics()
    const left = fleet.policies.filter(each => each.leaves === true)
    return left.every(({ name, namespace }) => seriesOf(text, { namespace, invoker_name: name }).length === 0)
  })
}
