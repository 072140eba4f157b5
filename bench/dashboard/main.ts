import { mkdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { dashboard } from '../../lib/monitoring/dashboard/dashboard.js'
import { root } from '../../scripts/tools.mjs'
import { range, recordedAnswers } from './answers.js'
import { draw } from './grafana-page.js'

/*
 * The picture of docs/monitoring.md: `npm run docs:dashboard`. Ten days of a made-up fleet pass by on a simulated clock, with
 * the real controller; a real Prometheus holds its series and answers the queries of the dashboard; and the components that
 * Grafana publishes draw the panels. There is no Grafana: its grid, its rows and its defaults are ours.
 */

const file = join(root, 'docs/images/grafana-dashboard.png')
const largest = 500_000
const width = 1480

const answers = await recordedAnswers(width)
mkdirSync(join(root, 'docs/images'), { recursive: true })
await draw({ dashboard: dashboard(), answers, range, width, mode: 'dark', scale: 1 }, async page => {
  await page.screenshot({ path: file, fullPage: true })
})
const { size } = statSync(file)
process.stdout.write(`${relative(root, file)}: ${Math.ceil(size / 1000)} kB\n`)
if (size > largest) throw new Error(`${file} has ${size} bytes; at most ${largest} are committed`)
