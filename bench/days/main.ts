import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/tools.mjs'
import type { DaySample } from '../../test/simulation/days/day-sample.js'
import { simulateDays } from '../../test/simulation/days/simulated-days.js'
import { trendOf, watched } from '../../test/simulation/days/trend.js'

/*
 * Simulated days of a fleet on a virtual clock: `npm run bench:days` (24 days, 40 policies), or with other numbers as
 * arguments. Shows whether anything grows once the fourth day is over, and writes bench/results/days.json.
 */
const settledDay = 4
const [days = 24, policies = 40] = process.argv.slice(2).map(Number)
const round = (value: number) => Math.round(value * 1000) / 1000

function tell(sample: DaySample): void {
  const figures = Object.entries(watched).map(([name, of]) => `${name} ${round(of(sample))}`)
  console.log(`day ${sample.day}: ${figures.join(', ')}`)
}

const begun = performance.now()
const { samples, ...counts } = await simulateDays({ days, policies, onDay: tell })
const seconds = round((performance.now() - begun) / 1000)

const steady = samples.filter(({ day }) => day >= settledDay)
const trends = Object.entries(watched).map(([name, of]) => {
  const trend = Object.entries(trendOf(steady, of)).map(([key, value]) => [key, round(value)])
  return [name, Object.fromEntries(trend)] as const
})
console.table(Object.fromEntries(trends))
console.log(`${days} days of ${policies} policies in ${seconds} s: ${JSON.stringify(counts)}`)

mkdirSync(join(root, 'bench/results'), { recursive: true })
const results = { days, policies, settledDay, seconds, ...counts, trends: Object.fromEntries(trends), samples }
writeFileSync(join(root, 'bench/results/days.json'), `${JSON.stringify(results, undefined, 2)}\n`)
