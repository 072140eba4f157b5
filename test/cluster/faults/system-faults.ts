import type { ContainerStatus } from '../../../runtime/controller/objects.js'
import { eventually } from '../../behaviour/eventually.js'
import { type Fault, type FaultWorld, unharmed } from './fault.js'
import { awaitWhole, type SystemPart, systemPods } from './wholeness.js'

/** The containers of a part of Holdfast, as the runtime names them. */
async function containersOf({ client }: FaultWorld, part: SystemPart): Promise<string[]> {
  const pods = await systemPods(client, part)
  const all = pods.flatMap(
    pod => (pod.status?.containerStatuses ?? []) as (ContainerStatus & { containerID?: string })[],
  )
  return all.flatMap(({ containerID }) => containerID?.replace(/^[a-z]+:\/\//, '') ?? [])
}

function killed(part: SystemPart, name: string): Fault {
  return {
    name: `${name} is killed`,
    of: part,
    ends: unharmed,
    async inject(world) {
      const before = await containersOf(world, part)
      for (const id of before) await world.containers.kill(id)
      return async () => {
        // Until the kubelet has seen it the status still tells of the container that is dead.
        await eventually(
          async () => {
            const now = await containersOf(world, part)
            return now.length > 0 && !now.some(id => before.includes(id)) ? true : undefined
          },
          180,
          () => `no new container of the ${part}`,
        )
        await awaitWhole(world.client, new Date(0))
      }
    },
  }
}

export const systemFaults: readonly Fault[] = [
  killed('controller', 'the controller'),
  killed('pushgateway', 'the Pushgateway'),
]
