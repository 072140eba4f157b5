import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { root } from './tools.mjs'

const notice = '/* Charts by Observable Plot and D3: ISC licence, copyright Observable, Inc. and Mike Bostock. */'

/** Bundles what `holdfast report` puts into its page: a script and a style, for browsers. Gives the files it took. */
export async function bundlePage(folder = join(root, 'build/bundle')) {
  const taken = []
  const entries = { 'report-page.js': 'cli/report/page/main.ts', 'report-page.css': 'cli/report/page/page.css' }
  for (const [file, entry] of Object.entries(entries)) {
    const outfile = join(folder, file)
    const { metafile } = await build({
      absWorkingDir: root,
      metafile: true,
      entryPoints: [entry],
      outfile,
      bundle: true,
      minify: true,
      platform: 'browser',
      target: ['chrome123', 'firefox120', 'safari17.5'],
      format: 'iife',
      charset: 'ascii',
      legalComments: 'none',
      banner: { js: notice },
      logLevel: 'warning',
    })
    const outputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
    taken.push(...outputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path))
    process.stdout.write(`${file}: ${Math.ceil(statSync(outfile).size / 1000)} kB\n`)
  }
  return taken
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) await bundlePage()
