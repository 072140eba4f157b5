import { execFile } from 'node:child_process'
import { chmod, chown } from 'node:fs/promises'
import { promisify } from 'node:util'
import { moverUser } from '../../../lib/api/group.js'
import { VolumeFolder } from '../../behaviour/volume-folder.js'
import type { World } from '../../behaviour/world.js'

const run = promisify(execFile)

/** A bound claim whose volume is a small filesystem of its own, so that it can really be full. */
export class SmallVolume {
  readonly #folder: string
  static readonly #mounted = new Set<string>()

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Mounts the filesystem below a claim that no pod uses yet; `size` as in tmpfs(5), such as `3m`. */
  static async below(world: World, namespace: string, claim: string, size: string): Promise<SmallVolume> {
    const files = await world.files(namespace, claim)
    if (!(files instanceof VolumeFolder)) throw new Error(`claim ${namespace}/${claim} is no folder of this machine`)
    const { root } = files
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0777`, 'holdfast-small', root])
    SmallVolume.#mounted.add(root)
    await chown(root, moverUser, moverUser)
    await chmod(root, 0o777)
    return new SmallVolume(root)
  }

  /** Another size of the same filesystem: pods that have it see more room at once. */
  async resize(size: string): Promise<void> {
    await run('mount', ['-o', `remount,size=${size}`, this.#folder])
  }

  /** Takes every small filesystem away again, also those of a test that failed. */
  static async removeAll(): Promise<void> {
    for (const folder of SmallVolume.#mounted) await run('umount', ['--lazy', folder])
    SmallVolume.#mounted.clear()
  }
}
