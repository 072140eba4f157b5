import { ClusterWorld } from './cluster-world.js'
import { SandboxWorld } from './sandbox-world.js'
import type { World } from './world.js'

/** The world that `HOLDFAST_BEHAVIOUR` names: `cluster`, or the sandbox by default. A test file starts and stops its own. */
export async function startWorld(): Promise<World> {
  return process.env['HOLDFAST_BEHAVIOUR'] === 'cluster' ? ClusterWorld.start() : SandboxWorld.start()
}
