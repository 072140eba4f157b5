import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from '../user-error.js'
import { explainCrash } from './crash.js'

/** What a policy said while it ran well. */
export interface PolicyRun {
  readonly output: string
  /** What Holdfast’s constructs warned of, each once. */
  readonly warnings: readonly string[]
}

/**
 * Runs a policy’s program with cdk8s writing into `outdir`.
 * Throws UserError with the program’s own message, problem by problem, when it fails.
 */
export async function runPolicy(
  args: readonly string[],
  outdir: string,
  signal?: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<PolicyRun> {
  const child = spawn(process.execPath, [...args], {
    env: { ...process.env, CDK8S_OUTDIR: outdir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => {
      texts[name] += text
    })
  }
  const end = await new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, killed) => resolve(code ?? killed ?? 'SIGKILL'))
  })
  signal?.throwIfAborted()
  if (end !== 0) throw new UserError(explainCrash(texts.stderr === '' ? texts.stdout : texts.stderr, end))
  return { output: texts.stdout, warnings: warningsIn(texts.stderr) }
}

// As Node prints process.emitWarning; its code is part of the text already.
function warningsIn(text: string): string[] {
  const found = text.matchAll(/^\(node:\d+\) \[HF\d{4}\] HoldfastWarning: (.+)$/gm)
  return [...new Set([...found].map(([, warning = '']) => warning))]
}

/** A program that lies beside this one in the package; from the sources, what the last build made. */
export function companion(name: string): string {
  const here = fileURLToPath(new URL('.', import.meta.url))
  const places = [here, join(here, '../../build/bundle')]
  const folder = places.find(place => existsSync(join(place, name)))
  if (folder === undefined)
    throw new UserError(`${name} is not in ${here}: the installation is not complete (from the sources: npm run build)`)
  return join(folder, name)
}
