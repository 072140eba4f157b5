import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './source-file.js'

/** Made by tools, not written; the lockfile is npm's. */
const leftOut = new Set(['.git', 'node_modules', 'build', '.tools', 'coverage', 'package-lock.json'])

/** Every text file that the project holds, dist and documents included; files with a NUL byte are not text. */
export function projectTexts(folder = ''): { readonly path: string; readonly text: string }[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    if (leftOut.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return projectTexts(path)
    if (!entry.isFile()) return []
    const text = readFileSync(join(root, path), 'utf8')
    return text.includes('\0') ? [] : [{ path, text }]
  })
}
