import { type Ends, type Fault, type FaultWorld, type Heal, unharmed } from './fault.js'
import type { Mover } from './mover.js'

/** Kubernetes itself makes up for what happens to single pods. */
const nothingToHeal: Heal = async () => undefined

async function forEachMover(world: FaultWorld, act: (mover: Mover) => Promise<unknown>): Promise<Heal> {
  const movers = await world.movers()
  await Promise.all(movers.map(act))
  return nothingToHeal
}

/** A container that ends by a signal of nobody fails like a step: of the user, it fails the session too. */
const containersKilled: Ends = {
  upload: ['Succeeded in attempt 2'],
  stored: ['Failed: StepFailed'],
  restore: ['Failed: StepFailed'],
  maintenance: ['failed: StepFailed'],
}

export const moverFaults: readonly Fault[] = [
  {
    name: 'the mover’s process is killed',
    of: 'mover',
    ends: containersKilled,
    inject: world => forEachMover(world, ({ container }) => world.containers.kill(container)),
  },
  {
    name: 'the mover’s restic is killed',
    of: 'restic',
    ends: {
      ...unharmed,
      upload: ['Succeeded in attempt 2'],
      restore: ['Failed: ResticKilled'],
      maintenance: ['failed: ResticKilled'],
    },
    inject: world => forEachMover(world, ({ container }) => world.containers.killProcesses(container, 'restic')),
  },
  {
    name: 'all containers of the mover’s pod are killed',
    of: 'pod',
    ends: containersKilled,
    inject: world => forEachMover(world, ({ uid }) => world.containers.killPod(uid)),
  },
]
