import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Terminal } from './display/terminal.js'
import { manifestFiles } from './policy/manifest.js'
import { nodeArguments } from './policy/node-command.js'
import { runPolicy } from './policy/program.js'
import { UserError } from './user-error.js'

export interface SynthOptions {
  readonly output: string
  readonly check?: boolean
}

type Change = 'added' | 'changed' | 'removed'

/**
 * Runs a cdk8s app and makes the output folder’s YAML what it wrote; with `check` only compares.
 * Throws UserError, and changes nothing, when the app has problems or, with `check`, when a file differs.
 */
export async function synth(
  file: string,
  options: SynthOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const fresh = mkdtempSync(join(tmpdir(), 'holdfast-synth-'))
  try {
    const { output } = await runPolicy(nodeArguments(file), fresh, signal)
    if (output !== '') terminal.output.write(output)
    const count = manifestFiles(fresh).length
    if (count === 0)
      throw new UserError(`${file} wrote no YAML: an app ends with app.synth(), and new App() has no outdir`)
    const changes = changesBetween(options.output, fresh)
    if (options.check === true) refuseChanges(changes, options.output)
    else for (const [name, change] of changes) apply(name, change, fresh, options.output)
    for (const [name, change] of changes) terminal.done(join(options.output, name), change)
    terminal.done(
      `${options.output}: ${count} ${count === 1 ? 'file' : 'files'}`,
      changes.length === 0 ? 'nothing to change' : '',
    )
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

function changesBetween(before: string, after: string): [string, Change][] {
  const wanted = manifestFiles(after)
  // Other YAML in the folder, such as a kustomization, is not cdk8s’.
  const stale = manifestFiles(before).filter(name => name.endsWith('.k8s.yaml') && !wanted.includes(name))
  const written = wanted.flatMap((name): [string, Change][] => {
    const old = join(before, name)
    if (!existsSync(old)) return [[name, 'added']]
    return readFileSync(old).equals(readFileSync(join(after, name))) ? [] : [[name, 'changed']]
  })
  return [...written, ...stale.map((name): [string, Change] => [name, 'removed'])]
}

function refuseChanges(changes: readonly [string, Change][], folder: string): void {
  if (changes.length === 0) return
  const lines = changes.map(([name, change]) => `  ${join(folder, name)}: would be ${change}`)
  throw new UserError(
    `${folder} is not what the app writes; run holdfast synth and commit the result\n${lines.join('\n')}`,
  )
}

function apply(name: string, change: Change, from: string, to: string): void {
  if (change === 'removed') {
    rmSync(join(to, name))
    return
  }
  mkdirSync(dirname(join(to, name)), { recursive: true })
  copyFileSync(join(from, name), join(to, name))
}
