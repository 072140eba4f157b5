import { chmodSync, lchownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'

/** After this many files others get their turn. */
const atOnce = 1000

/**
 * Gives a volume to a group as the kubelet does for `fsGroup`: group ownership, group read (and write), set-gid on
 * folders. With `onRootMismatch` a volume whose root already fits is left alone. Without the right to change
 * groups nothing happens: a sandbox that does not run as root cannot keep this promise.
 */
export async function giveToGroup(
  path: string,
  group: number,
  options: { readonly writable: boolean; readonly onRootMismatch: boolean },
): Promise<void> {
  if (process.getuid?.() !== 0) return
  const root = lstatSync(path)
  const fits = root.gid === group && (root.mode & 0o2070) === 0o2070
  if (options.onRootMismatch && fits) return
  const entries = [path]
  for (let next = 0; next < entries.length; next++) {
    const entry = entries[next] ?? path
    if (isFolder(entry)) for (const name of readdirSync(entry)) entries.push(join(entry, name))
    give(entry, group, options.writable)
    if (next % atOnce === atOnce - 1) await breathe()
  }
}

function isFolder(path: string): boolean {
  return lstatSync(path).isDirectory()
}

function give(path: string, group: number, writable: boolean): void {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return
  lchownSync(path, stat.uid, group)
  chmodSync(path, (stat.mode & 0o7777) | (writable ? 0o660 : 0o440) | (stat.isDirectory() ? 0o2110 : 0))
}
