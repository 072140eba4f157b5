import { chmod, chown, lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { moverUser } from '../../lib/api/group.js'
import type { VolumeFiles } from './world.js'

/** The files of a volume that lies in a folder of this machine. */
export class VolumeFolder implements VolumeFiles {
  readonly root: string

  constructor(root: string) {
    this.root = root
  }

  async write(
    path: string,
    content: string,
    owner: { readonly mode?: number; readonly uid?: number } = {},
  ): Promise<void> {
    const { mode = 0o644, uid = moverUser } = owner
    const file = join(this.root, path)
    await this.#makeFolder(dirname(file))
    await writeFile(file, content)
    await give(file, uid)
    await chmod(file, mode)
  }

  async read(path: string): Promise<string> {
    return readFile(join(this.root, path), 'utf8')
  }

  async list(): Promise<string[]> {
    const entries = await readdir(this.root, { recursive: true, withFileTypes: true })
    return entries
      .filter(entry => !entry.isDirectory())
      .map(entry => relative(this.root, join(entry.parentPath, entry.name)))
      .sort()
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.root, path), { recursive: true })
  }

  async owner(path: string): Promise<{ uid: number; mode: number }> {
    const { uid, mode } = await lstat(join(this.root, path))
    return { uid, mode: mode & 0o7777 }
  }

  async #makeFolder(folder: string): Promise<void> {
    if (folder === this.root) return
    const present = await lstat(folder).catch(() => undefined)
    if (present !== undefined) return
    await this.#makeFolder(dirname(folder))
    await mkdir(folder)
    await give(folder, moverUser)
    await chmod(folder, 0o755)
  }
}

/** Without the right to give files away they stay ours: a sandbox without root runs its movers as us. */
async function give(path: string, uid: number): Promise<void> {
  if (process.getuid?.() === 0) await chown(path, uid, uid)
}
