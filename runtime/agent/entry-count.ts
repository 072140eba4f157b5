import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * How many entries a folder has, below it too; counting stops at `enough`, and at a folder that may not be read, of
 * which nothing can be said.
 */
export async function countEntries(folder: string, enough: number): Promise<number> {
  const folders = [folder]
  let count = 0
  for (let next = folders.pop(); next !== undefined && count < enough; next = folders.pop()) {
    const entries = await entriesOf(next)
    if (entries === undefined) return enough
    count += entries.length
    for (const entry of entries) if (entry.isDirectory()) folders.push(join(next, entry.name))
  }
  return count
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined
    throw error
  }
}
