import { gzipSync } from 'node:zlib'
import { findingsIn } from '../../cli/report/findings.js'
import { contentOf } from '../../cli/report/fleet-content.js'
import { formatBytes } from '../../lib/quantity.js'
import { documentOf, ReportBrowser } from './browser.js'
import { estimates, fleetFrom, today } from './demo-content.js'
import { demoFleet } from './demo-fleet.js'
import { median, ninth, typeIntoFilter } from './keystroke.js'

/*
 * How long the report of a fleet takes to write, to open and to filter, in a real browser:
 *   node --import tsx bench/report/main.ts [policies…]
 */

const sizes = process.argv.slice(2).map(Number)
const ms = (value: number) => `${Math.round(value)} ms`

function timed<T>(work: () => T): { result: T; took: number } {
  const began = performance.now()
  const result = work()
  return { result, took: performance.now() - began }
}

async function measure(browser: ReportBrowser, policies: number): Promise<string[]> {
  const objects = demoFleet(policies)
  const { result: fleet, took: reading } = timed(() => fleetFrom(objects))
  const { result: problems, took: checking } = timed(() => findingsIn(fleet, { today }))
  const options = { today, places: ['prod'], estimates }
  const { result: content, took: working } = timed(() => contentOf(fleet, problems, options))
  const { result: html, took: writing } = timed(() => documentOf(content))
  const opening: number[] = []
  for (let run = 0; run < 5; run++) {
    const began = performance.now()
    const { page } = await browser.open(content)
    opening.push(performance.now() - began)
    await page.context().close()
  }
  const { page } = await browser.open(content)
  const { painted, slowestTask } = await typeIntoFilter(page, ['ledger-3/redis', 'postgres', 'databases'])
  await page.context().close()
  const size = `${formatBytes(Buffer.byteLength(html))} (${formatBytes(gzipSync(html).length)} zipped)`
  const keys = `${ms(median(painted))} / ${ms(ninth(painted))} / ${ms(Math.max(...painted))}`
  const compile = `${ms(reading)} / ${ms(checking)} / ${ms(working + writing)}`
  return [String(fleet.policies.length), compile, size, ms(median(opening)), keys, ms(slowestTask)]
}

const heads = [
  'policies',
  'read / check / report',
  'size of the file',
  'open to shown',
  'key to painted: median / 9 of 10 / most',
  'longest task',
]
const browser = await ReportBrowser.start()
try {
  process.stdout.write(`| ${heads.join(' | ')} |\n|${'--:|'.repeat(heads.length)}\n`)
  for (const policies of sizes.length > 0 ? sizes : [60, 1000, 5000]) {
    process.stdout.write(`| ${(await measure(browser, policies)).join(' | ')} |\n`)
  }
} finally {
  await browser.close()
}
