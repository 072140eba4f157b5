import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { build } from 'esbuild'
import { chromium, type Page, type Route } from 'playwright-core'
import { root, toolPath, toolsFolder } from '../../scripts/tools.mjs'
import { browserFlags } from '../report/browser.js'

const sources = join(root, 'bench/dashboard/page')
/** Grafana’s components are 400 MB with all that they bring: they are here, and no dependency of the project. */
const folder = join(toolsFolder, 'grafana-components')
const modules = join(folder, 'node_modules')
const origin = 'http://dashboard.invalid'
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** Grafana’s font is served by Grafana, and is not with its components. */
const fonts: Readonly<Record<string, string>> = { Regular: '400', Medium: '500' }

/** Where a file lies that Grafana would serve. */
function servedFile(path: string): string {
  const font = /^\/fonts\/inter\/Inter-(\w+)\.woff2$/.exec(path)?.[1]
  if (font === undefined) return join(modules, '@grafana/ui/dist/public', path.replace(/^\/build\//, ''))
  return join(modules, `@fontsource/inter/files/inter-latin-${fonts[font]}-normal.woff2`)
}

/** What the page draws. */
export interface Picture {
  readonly dashboard: unknown
  readonly answers: Readonly<Record<number, unknown>>
  readonly range: { readonly from: number; readonly to: number }
  readonly width: number
  readonly mode: 'dark' | 'light'
  /** Pixels of the file for one of the page. */
  readonly scale: number
}

/** Has Grafana’s components in the versions that the page names; takes some minutes once. */
function install(): void {
  mkdirSync(folder, { recursive: true })
  const wanted = join(sources, 'package.json')
  const present = join(folder, 'package.json')
  const isPresent = existsSync(present) && readFileSync(present, 'utf8') === readFileSync(wanted, 'utf8')
  if (isPresent && existsSync(modules)) return
  process.stdout.write('installing Grafana’s components into .tools, which takes some minutes\n')
  copyFileSync(wanted, present)
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--no-package-lock']
  const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`Grafana’s components cannot be installed: ${stderr.trim().split('\n').at(-1)}`)
}

async function bundled(): Promise<ReadonlyMap<string, Buffer>> {
  const { outputFiles } = await build({
    entryPoints: [join(sources, 'main.jsx')],
    bundle: true,
    write: false,
    outdir: '/',
    format: 'iife',
    jsx: 'automatic',
    nodePaths: [modules],
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.ttf': 'dataurl', '.svg': 'dataurl' },
    logLevel: 'error',
  })
  return new Map(outputFiles.map(({ path, contents }) => [path, Buffer.from(contents)]))
}

/** Draws a dashboard with the components that Grafana itself draws with, and hands the page over. */
export async function draw(picture: Picture, take: (page: Page) => Promise<void>): Promise<void> {
  install()
  const files = await bundled()
  const data = JSON.stringify(picture).replaceAll('<', '\\u003c')
  const html = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/main.css">
<script>window.__grafana_public_path__ = '${origin}/'; window.picture = ${data}</script>
<body><div id="dashboard"></div><script src="/main.js"></script>`
  const answer = async (route: Route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html })
    const file = servedFile(pathname)
    const body = files.get(pathname) ?? (existsSync(file) ? readFileSync(file) : undefined)
    const contentType = types[extname(pathname)] ?? 'application/octet-stream'
    return body === undefined ? route.fulfill({ status: 404 }) : route.fulfill({ contentType, body })
  }
  const browser = await chromium.launch({ executablePath: toolPath('chromium'), args: [...browserFlags] })
  try {
    const viewport = { width: picture.width + 32, height: 1000 }
    const page = await browser.newPage({
      ...{ viewport, colorScheme: picture.mode, deviceScaleFactor: picture.scale, timezoneId: 'UTC' },
    })
    page.on('pageerror', error => process.stderr.write(`${error.stack}\n`))
    page.on('response', response => {
      if (!response.ok()) process.stderr.write(`${response.url()}: ${response.status()}\n`)
    })
    // What is told as a time ago is told as of then.
    await page.clock.setFixedTime(picture.range.to)
    await page.route('**', answer)
    await page.goto(origin)
    await page.waitForSelector('#dashboard section', { timeout: 60_000 })
    // Tables draw only what is on the screen.
    const height = Number(await page.evaluate('document.documentElement.scrollHeight'))
    await page.setViewportSize({ ...viewport, height })
    await page.waitForLoadState('networkidle')
    await page.waitForTimeout(2000)
    await take(page)
  } finally {
    await browser.close()
  }
}
