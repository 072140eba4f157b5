import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { emitYaml } from '../../lib/yaml/emit.js'

/** A file of the distribution; its path is relative to the output folder. */
export interface GeneratedFile {
  readonly path: string
  readonly text: string
}

/** Objects as one YAML file, in their order. */
export const yamlFile = (path: string, objects: readonly unknown[]): GeneratedFile => ({
  path,
  text: objects.map(emitYaml).join('---\n'),
})

/** Replaces the named folders of `outdir` by the files; every file lies in one of them. */
export function writeFolders(outdir: string, folders: readonly string[], files: readonly GeneratedFile[]): void {
  const stray = files.find(({ path }) => !folders.some(folder => path.startsWith(`${folder}/`)))
  if (stray !== undefined) throw new Error(`${stray.path} lies in none of ${folders.join(', ')}`)
  for (const folder of folders) rmSync(join(outdir, folder), { recursive: true, force: true })
  for (const { path, text } of files) {
    mkdirSync(dirname(join(outdir, path)), { recursive: true })
    writeFileSync(join(outdir, path), text)
  }
}
