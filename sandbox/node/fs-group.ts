import { chmod, lchown, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

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
  const root = await lstat(path)
  const fits = root.gid === group && (root.mode & 0o2070) === 0o2070
  if (!(options.onRootMismatch && fits)) await give(path, group, options.writable)
}

async function give(path: string, group: number, writable: boolean): Promise<void> {
  const { uid, mode } = await lstat(path)
  if ((mode & 0o170000) === 0o120000) return
  await lchown(path, uid, group)
  const folder = (mode & 0o170000) === 0o040000
  await chmod(path, (mode & 0o7777) | (writable ? 0o660 : 0o440) | (folder ? 0o2110 : 0))
  if (!folder) return
  for (const entry of await readdir(path)) await give(join(path, entry), group, writable)
}
