import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WantedFile } from './file-changes.js'
import type { LayoutOptions } from './synthesis.js'

/** How `holdfast synth` tells the program that it runs what to do. */
export interface CommandRun {
  /** The folder that the person named; nothing is written there before the whole program has ended well. */
  readonly output: string
  /** Folder that receives what the program makes. */
  readonly result: string
  readonly layout: Pick<LayoutOptions, 'layout'> & { readonly team?: string }
}

/** The environment variable that carries it. */
export const commandVariable = 'HOLDFAST_SYNTH'

/** What `holdfast synth` asks of this program; undefined when nobody asks. */
export function commandRun(): CommandRun | undefined {
  const text = process.env[commandVariable]
  return text === undefined || text === '' ? undefined : (JSON.parse(text) as CommandRun)
}

interface Entry {
  readonly base: WantedFile['base']
  readonly path: string
  readonly construct: string
  readonly bytes: number
}

/** Hands the files of one app to the command: a line that describes them, then their bytes one after the other. */
export function deliver(run: CommandRun, files: readonly WantedFile[]): void {
  const entries = files.map(
    ({ base, path, construct, content }): Entry => ({ base, path, construct, bytes: content.length }),
  )
  const number = readdirSync(run.result).length
  const parts = [Buffer.from(`${JSON.stringify(entries)}\n`), ...files.map(({ content }) => content)]
  writeFileSync(join(run.result, String(number).padStart(6, '0')), Buffer.concat(parts))
}

/** The files of each app that a program handed over, in the order in which it did. */
export function delivered(result: string): WantedFile[][] {
  return readdirSync(result)
    .sort()
    .map(name => {
      const bytes = readFileSync(join(result, name))
      const end = bytes.indexOf(0x0a)
      let from = end + 1
      return (JSON.parse(bytes.toString('utf8', 0, end)) as Entry[]).map(({ bytes: length, ...file }) => {
        const content = bytes.subarray(from, from + length)
        from += length
        return { ...file, content }
      })
    })
}
