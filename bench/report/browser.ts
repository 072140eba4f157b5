import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { ReportContent } from '../../cli/report/content.js'
import { reportDocument } from '../../cli/report/document.js'
import { root, toolPath } from '../../scripts/tools.mjs'

/** How Chromium is started here. */
export const browserFlags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  ...['--disable-sync', '--no-first-run'],
]

const part = (name: string) => readFileSync(join(root, 'build/bundle', name), 'utf8')

export const documentOf = (content: ReportContent): string =>
  reportDocument(content, { script: part('report-page.js'), style: part('report-page.css') })

/** A page that was opened, and what it did that a report must not do. */
export interface Opened {
  readonly page: Page
  /** Requests beyond that for the file itself. */
  readonly requests: readonly string[]
  /** Errors and warnings of the console, and errors nobody caught. */
  readonly complaints: readonly string[]
}

/** A real browser for one file of tests. */
export class ReportBrowser {
  readonly #browser: Browser
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'))
  #count = 0

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async start(): Promise<ReportBrowser> {
    return new ReportBrowser(await chromium.launch({ executablePath: toolPath('chromium'), args: browserFlags }))
  }

  /** Opens a report as a person does: a file, without any network. */
  async open(content: ReportContent, options: BrowserContextOptions = {}): Promise<Opened> {
    this.#count += 1
    const file = join(this.#folder, `report-${this.#count}.html`)
    writeFileSync(file, documentOf(content))
    const viewport = { width: 1400, height: 1000 }
    const context = await this.#browser.newContext({ offline: true, viewport, reducedMotion: 'reduce', ...options })
    const page = await context.newPage()
    const requests: string[] = []
    const complaints: string[] = []
    page.on('request', request => requests.push(request.url()))
    page.on('console', message => {
      if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`)
    })
    page.on('pageerror', error => complaints.push(String(error)))
    await page.goto(`file://${file}`)
    await page.waitForSelector('html[data-settled]', { timeout: 20_000 })
    return { page, requests: requests.slice(1), complaints }
  }

  async close(): Promise<void> {
    await this.#browser.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Waits until the pictures have followed a change of the filter. */
export async function settled(page: Page, change: () => Promise<unknown>): Promise<void> {
  const before = await page.locator('html').getAttribute('data-settled')
  await change()
  await page.locator(`html:not([data-settled="${before}"])`).waitFor({ state: 'attached' })
}
