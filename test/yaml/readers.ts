import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { load } from 'js-yaml'
import { parse } from 'yaml'
import { root, toolPath } from '../../scripts/tools.mjs'

/** What one reader made of one document. */
export type Reading = { readonly value: unknown } | { readonly error: string }

/** By the reader's name. */
export type Readings = Readonly<Record<string, Reading>>

/** A document that a reader did not read as it was meant. */
export interface Misread {
  readonly reader: string
  readonly meant: unknown
  readonly document: string
  readonly reading: Reading
}

function attempt(read: () => unknown): Reading {
  try {
    return { value: read() }
  } catch (error) {
    return { error: String(error) }
  }
}

const inProcess: Readonly<Record<string, (document: string) => unknown>> = {
  'js-yaml': document => load(document),
  yaml: document => parse(document, { logLevel: 'error' }),
  'yaml (1.1)': document => parse(document, { logLevel: 'error', version: '1.1' }),
}

function run(program: string, args: readonly string[], cwd: string, input?: string): string {
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly' }
  const options = { cwd, env, input, encoding: 'utf8', maxBuffer: 2 ** 30 } as const
  const { status, stdout, stderr, error } = spawnSync(program, args, options)
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** kubectl's sigs.k8s.io/yaml, go-yaml v2 and v3 as a program of their own; js-yaml and `yaml` in this one. */
export class Readers {
  readonly #folder = mkdtempSync(join(tmpdir(), 'yaml-readers-'))
  readonly #program = join(this.#folder, 'readers')

  constructor() {
    run(toolPath('go'), ['build', '-o', this.#program, '.'], join(root, 'test/yaml/readers'))
  }

  read(documents: readonly string[]): Readings[] {
    const output = run(this.#program, [], this.#folder, documents.map(text => JSON.stringify(text)).join('\n'))
    const others = output
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Readings)
    return documents.map((document, index) => ({
      ...others[index],
      ...Object.fromEntries(Object.entries(inProcess).map(([name, read]) => [name, attempt(() => read(document))])),
    }))
  }

  /** Writes every value and gives back what came out different, and how many a reader read in all. */
  misreads(values: readonly unknown[], write: (value: unknown) => string): Misread[] {
    const documents = values.map(write)
    return this.read(documents).flatMap((readings, index) =>
      Object.entries(readings)
        .filter(([, reading]) => !('value' in reading && isDeepStrictEqual(reading.value, values[index])))
        .map(([reader, reading]) => ({ reader, meant: values[index], document: documents[index] ?? '', reading })),
    )
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
