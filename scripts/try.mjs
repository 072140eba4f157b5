import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { installTools } from './install-tools.mjs'
import { ensureDependencies, newestChange, run } from './step.mjs'
import { root, toolSearchPath } from './tools.mjs'

const bundle = join(root, 'build/bundle/holdfast.cjs')
const sources = [
  'lib',
  'constructs',
  'runtime',
  'sandbox',
  'cli',
  'examples/sandbox.ts',
  'package-lock.json',
  'scripts/bundle.mjs',
]

function bundleIsCurrent() {
  if (!existsSync(bundle)) return false
  const built = statSync(bundle).mtimeMs
  return sources.every(source => newestChange(join(root, source)) <= built)
}

try {
  ensureDependencies()
  installTools()
  const env = { ...process.env, PATH: toolSearchPath() }
  const built = bundleIsCurrent() ? 0 : await run(process.execPath, [join(root, 'scripts/bundle.mjs')])
  process.exitCode = built || (await run(process.execPath, [bundle, 'try', ...process.argv.slice(2)], { env }))
} catch (error) {
  process.stderr.write(`npm run try: ${error.message}\n`)
  process.exitCode = 1
}
