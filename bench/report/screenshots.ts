import { mkdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../../scripts/tools.mjs'
import { ReportBrowser } from './browser.js'
import { demoContent } from './demo-content.js'

/*
 * The pictures of docs/report.md, from the report of a made-up fleet:
 *   npm run docs:screenshots
 */

const folder = join(root, 'docs/images')
const largest = 300_000
const width = 1320

/** The first half of the page in light colours, the second in dark ones. */
const pictures = [
  { colorScheme: 'light', from: undefined, to: '#coverage .window' },
  { colorScheme: 'dark', from: '#week', to: 'footer' },
] as const

mkdirSync(folder, { recursive: true })
const browser = await ReportBrowser.start()
try {
  const content = demoContent(60)
  for (const { colorScheme, from, to } of pictures) {
    const { page } = await browser.open(content, {
      colorScheme,
      viewport: { width, height: 1000 },
      deviceScaleFactor: 0.75,
    })
    const edge = async (selector: string) => (await page.locator(selector).boundingBox())?.y ?? 0
    const [top, bottom] = [from === undefined ? 0 : await edge(from), await edge(to)]
    const file = join(folder, `report-${colorScheme}.png`)
    await page.screenshot({ path: file, fullPage: true, clip: { x: 0, y: top, width, height: bottom - top } })
    const { size } = statSync(file)
    process.stdout.write(`${relative(root, file)}: ${Math.ceil(size / 1000)} kB\n`)
    if (size > largest) throw new Error(`${file} has ${size} bytes; at most ${largest} are committed`)
  }
} finally {
  await browser.close()
}
