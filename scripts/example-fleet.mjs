import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './tools.mjs'

/** The example repository, whose manifests and run times are committed. */
export const exampleFleet = join(root, 'examples/fleet')
const written = ['dist', 'holdfast.lock']
/** What its policies import, as far as it lies here. */
const needed = ['cdk8s', 'cdk8s-plus-27', 'constructs', 'tsx']

/**
 * Synthesizes a copy of the example, as its own `npm run synth` does, and gives the copy’s folder. Throws with what
 * was printed when that fails.
 */
export function synthesizeExample(folder) {
  const copy = join(folder, 'fleet')
  const isSource = path => !path.endsWith('node_modules') && path !== join(exampleFleet, 'dist')
  cpSync(exampleFleet, copy, { recursive: true, filter: isSource })
  mkdirSync(join(copy, 'node_modules'))
  for (const name of needed) symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name))
  symlinkSync(root, join(copy, 'node_modules/holdfast'))
  const args = [join(root, 'build/bundle/holdfast.cjs'), 'synth', 'main.ts', '-o', 'dist', '--layout', 'namespaces']
  // Its waiver ends on a day; whether the files are those of the source does not.
  const env = { ...process.env, HOLDFAST_TODAY: '2026-11-22' }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', env })
  if (status !== 0) throw new Error(`examples/fleet cannot be synthesized:\n${stdout}${stderr}`)
  return copy
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-example-'))
  try {
    const copy = synthesizeExample(folder)
    for (const name of written) {
      rmSync(join(exampleFleet, name), { recursive: true, force: true })
      cpSync(join(copy, name), join(exampleFleet, name), { recursive: true })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
