import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmdirSync, unlinkSync, writeSync } from 'node:fs'

/** Everything that a synth changes on a disk, step by step; a test ends the process between any two. */
export interface Disk {
  /** Makes one folder; its parent is there. */
  makeFolder(path: string): void
  /** Writes a file that must not exist; with `durable`, it is on the disk when this returns. */
  create(path: string, content: string | Uint8Array, durable?: boolean): void
  /** Puts one file in the place of another, at once. */
  replace(from: string, to: string): void
  remove(path: string): void
  /** Removes a folder that is empty. */
  removeFolder(path: string): void
}

/** The machine’s file system. */
export const disk: Disk = {
  makeFolder: path => mkdirSync(path),
  create(path, content, durable = false) {
    const file = openSync(path, 'wx', 0o666)
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      if (durable) fsyncSync(file)
    } finally {
      closeSync(file)
    }
  },
  replace: renameSync,
  remove: unlinkSync,
  removeFolder: rmdirSync,
}

/** True for an error that says that there is no such file or folder. */
export function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** Removes a file unless it is gone already. */
export function removeIfThere(on: Disk, path: string): void {
  try {
    on.remove(path)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

/** Removes a folder if it is there and empty; folders that hold something are left alone. */
export function removeIfEmpty(on: Disk, path: string): void {
  try {
    on.removeFolder(path)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!isAbsent(error) && !['ENOTEMPTY', 'EEXIST'].includes(code)) throw error
  }
}
