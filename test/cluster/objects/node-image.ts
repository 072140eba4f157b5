import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { clusterState } from '../../behaviour/cluster-node.js'

const run = promisify(execFile)

async function images(...args: readonly string[]): Promise<void> {
  const address = join(clusterState, 'run/containerd.sock')
  await run('ctr', ['--address', address, '--namespace', 'k8s.io', 'images', ...args])
}

/** Gives the node an image under one more name, as if it had been released again. */
export const tagImage = (image: string, name: string): Promise<void> => images('tag', '--force', image, name)

/** Takes a name away from the node. */
export const untagImage = (name: string): Promise<void> => images('rm', name)
