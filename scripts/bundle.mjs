import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from './tools.mjs'

/** What a policy's own project brings, and what can only be loaded from node_modules. */
const external = ['cdk8s', 'cdk8s-plus-27', 'constructs', 'tsx', 'tsx/*', 'esbuild']

const bundles = [
  { file: 'agent.cjs', entry: 'runtime/agent/main.ts' },
  { file: 'controller.cjs', entry: 'runtime/controller/main.ts' },
  { file: 'holdfast.cjs', entry: 'cli/main.ts', external, executable: true },
]

/** In a CommonJS file `import.meta.url` is empty; this gives it the meaning it has in the source. */
const moduleUrl = {
  banner: "const holdfastModuleUrl = require('node:url').pathToFileURL(__filename).href;",
  define: { 'import.meta.url': 'holdfastModuleUrl' },
}

const folder = join(root, 'build/bundle')
mkdirSync(folder, { recursive: true })
for (const { file, entry, external = [], executable = false } of bundles) {
  if (!existsSync(join(root, entry))) {
    process.stdout.write(`${file}: skipped, ${entry} does not exist\n`)
    continue
  }
  const outfile = join(folder, file)
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    // An uncaught error prints its source line; without a limit that is most of the bundle.
    lineLimit: 160,
    keepNames: true,
    legalComments: 'eof',
    logLevel: 'warning',
    external,
    define: moduleUrl.define,
    banner: { js: `${executable ? '#!/usr/bin/env node\n' : ''}${moduleUrl.banner}` },
  })
  if (executable) chmodSync(outfile, 0o755)
  process.stdout.write(`${file}: ${Math.ceil(statSync(outfile).size / 1000)} kB\n`)
}
