import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundlePage } from './page-bundle.mjs'
import { rememberInputs, writeSbom } from './sbom.mjs'
import { root } from './tools.mjs'

/** What a policy's own project brings, and what can only be loaded from node_modules. */
const external = ['cdk8s', 'cdk8s-plus-27', 'constructs', 'tsx', 'tsx/*', 'esbuild']

/** The policy that `holdfast try` shows and runs, as a user of the package would write it. */
function example() {
  const text = readFileSync(join(root, 'examples/sandbox.ts'), 'utf8')
  return JSON.stringify(text.replace("'../constructs/index.js'", "'holdfast'"))
}

const kubeConfig = '@kubernetes/client-node/dist/config.js'

/** What is loaded before a policy shares the policy's own cdk8s, wherever Holdfast itself is installed. */
const cdk8sOfPolicy = {
  name: 'cdk8s-of-policy',
  setup(builder) {
    builder.onResolve({ filter: /^cdk8s$/ }, () => ({ path: 'cdk8s', namespace: 'policy' }))
    builder.onLoad({ filter: /.*/, namespace: 'policy' }, () => ({
      contents: `
        const { createRequire } = require('node:module')
        const { resolve } = require('node:path')
        const { isMainThread } = require('node:worker_threads')
        // Node loads it into the thread of a TypeScript loader too, where there is no policy.
        if (isMainThread) try {
          module.exports = createRequire(resolve(process.argv[1]))('cdk8s')
        } catch (error) {
          if (error.code !== 'MODULE_NOT_FOUND') throw error
        }`,
    }))
  },
}

/** `holdfast synth` starts in half the time when the text of all other commands lies in a file of its own. */
const otherCommands = {
  name: 'other-commands',
  setup(builder) {
    builder.onResolve({ filter: /^\.\/main\.js$/ }, () => ({ path: './commands.cjs', external: true }))
  },
}

const bundles = [
  { file: 'client-node.cjs', entry: `node_modules/${kubeConfig}` },
  { file: 'agent.cjs', entry: 'runtime/agent/main.ts' },
  { file: 'controller.cjs', entry: 'runtime/controller/main.ts' },
  { file: 'holdfast.cjs', entry: 'cli/launcher.ts', executable: true, plugins: [otherCommands] },
  { file: 'commands.cjs', entry: 'cli/main.ts', external, define: { holdfastExampleText: example() } },
  { file: 'synth-preload.cjs', entry: 'cli/policy/synth-preload.ts', plugins: [cdk8sOfPolicy] },
  { file: 'example.cjs', entry: 'examples/sandbox.ts', external },
]

/** In a CommonJS file `import.meta.url` is empty; this gives it the meaning it has in the source. */
const moduleUrl = {
  banner: "const holdfastModuleUrl = require('node:url').pathToFileURL(__filename).href;",
  define: { 'import.meta.url': 'holdfastModuleUrl' },
}

/**
 * The Kubernetes client lies in a file of its own, read only where a kubeconfig is: inside a pod the controller does
 * without it, and two megabytes of source text stay out of its memory.
 */
const separateClient = {
  name: 'separate-client',
  setup(builder) {
    builder.onResolve({ filter: /^@kubernetes\/client-node\/dist\/config\.js$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './client-node.cjs', external: true },
    )
  },
}

const folder = join(root, 'build/bundle')
mkdirSync(folder, { recursive: true })
const inputs = {}
for (const { file, entry, external = [], executable = false, define = {}, plugins = [] } of bundles) {
  if (!existsSync(join(root, entry))) {
    process.stdout.write(`${file}: skipped, ${entry} does not exist\n`)
    continue
  }
  const outfile = join(folder, file)
  const { metafile } = await build({
    absWorkingDir: root,
    metafile: true,
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
    plugins: [separateClient, ...plugins],
    define: { ...moduleUrl.define, ...define },
    banner: { js: `${executable ? '#!/usr/bin/env node\n' : ''}${moduleUrl.banner}` },
  })
  const [output] = Object.values(metafile.outputs)
  const parts = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  inputs[file] = parts.map(([path]) => path)
  if (executable) chmodSync(outfile, 0o755)
  process.stdout.write(`${file}: ${Math.ceil(statSync(outfile).size / 1000)} kB\n`)
}
inputs['report-page.js'] = await bundlePage(folder)
rememberInputs(inputs)
writeSbom()
