import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isAbsent } from './disk.js'

/** What stands at a path: anything but a plain file or folder is strange, symbolic links above all. */
export type Standing = 'file' | 'folder' | 'strange'

/** What an output folder holds, and where it really lies. */
export interface FolderScan {
  /** The folder itself, symbolic links on the way to it followed. */
  readonly root: string
  readonly exists: boolean
  /** By relative path with `/`; without hidden folders and node_modules. */
  readonly entries: ReadonlyMap<string, Standing>
}

/** Where a folder really lies. Throws when something other than a folder stands there. */
export function realFolder(folder: string): { readonly root: string; readonly exists: boolean } {
  try {
    if (!statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder; YAML for git goes into one`)
  } catch (error) {
    if (isAbsent(error)) return { root: resolve(folder), exists: false }
    throw error
  }
  return { root: realpathSync(folder), exists: true }
}

/** Lists a folder once. Follows no symbolic link inside it. Throws like `realFolder`. */
export function scanFolder(folder: string): FolderScan {
  const entries = new Map<string, Standing>()
  const { root, exists } = realFolder(folder)
  if (!exists) return { root, exists, entries }
  const visit = (below: string): void => {
    for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      entries.set(path, standing(entry))
      if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules') visit(path)
    }
  }
  visit('')
  return { root, exists, entries }
}

function standing(entry: Dirent): Standing {
  if (entry.isFile()) return 'file'
  return entry.isDirectory() ? 'folder' : 'strange'
}
