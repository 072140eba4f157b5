import { policyKey } from '../../lib/fleet/policy.js'
import { keepCounts, keepWithins } from '../../lib/keep-rules.js'
import { formatBytes } from '../../lib/quantity.js'
import { ageBands, type Gaps } from '../../lib/retention/age-bands.js'
import { meanInterval } from '../../lib/retention/growth.js'
import { surprisesOf } from '../../lib/retention/policy-outlook.js'
import type { PriceTable } from '../../lib/retention/price-table.js'
import { readableSpan } from '../../lib/time-span.js'
import { printTable } from '../display/table.js'
import type { Terminal } from '../display/terminal.js'
import type { PolicyOutlook } from './policy-outlook.js'
import { timelinePicture } from './timeline.js'

const bandNames = ageBands.map(({ name }) => name)

/** One policy at length: what is kept when, the picture, growth and cost. */
export function printPolicy(outlook: PolicyOutlook, prices: PriceTable, out: Terminal): void {
  const { policy, simulation, growth, cost, churn } = outlook
  const { timeZone } = policy.spec
  out.title(policyKey(policy), `${policy.spec.schedule} ${timeZone ?? 'UTC'}; ${rulesText(outlook)}`)
  const rows = simulation.states.map(({ day, points, oldest, gaps }) => {
    const age = oldest === undefined ? '-' : oldest.toISOString().slice(0, 16).replace('T', ' ')
    return [`${day} days`, String(points.length), age, ...gapsText(gaps)]
  })
  const head = ['AFTER', 'SNAPSHOTS', 'OLDEST (UTC)', ...bandNames.map(name => `GAP ${name.toUpperCase()}`)]
  printTable(out, head, [...rows, ['at worst', '', '', ...gapsText(simulation.worstGaps)]])
  const last = simulation.states.at(-1)
  if (last !== undefined) {
    const times = last.points.map(point => point.at.getTime())
    out.line()
    for (const line of timelinePicture(last.at.getTime(), times, Math.min(76, out.columns - 4))) out.line(`  ${line}`)
  }
  out.line()
  const [first, end] = [growth[0], growth.at(-1)]
  if (first !== undefined && end !== undefined) {
    const size = `${formatBytes(churn.initialBytes)}${outlook.isSizeKnown ? '' : ' (assumed: git does not say)'}`
    out.line(`  volume ${size}, ${percent(churn.dailyChange)} of it overwritten each day:`)
    out.line(`  stored ${formatBytes(first.storedBytes)} at first, ${formatBytes(end.storedBytes)} at the end`)
  }
  out.line(`  about ${money(cost.total, cost.currency)} a month: ${costParts(outlook)}`)
  out.line(`  ${out.colours.dim(`${prices.name} of ${prices.asOf}: ${prices.source}`)}`)
  for (const text of surprisesOf(policy.spec.retentionPolicy, meanInterval(simulation))) out.note(text)
}

/** A line for each policy. */
export function printFleet(all: readonly PolicyOutlook[], days: number, prices: PriceTable, out: Terminal): void {
  const rows = all.map(outlook => {
    const { policy, simulation, growth, cost } = outlook
    const state = simulation.states.at(-1)
    const reach = state?.oldest === undefined ? '-' : readableSpan(state.at.getTime() - state.oldest.getTime())
    const stored = formatBytes(growth.at(-1)?.storedBytes ?? 0)
    const worst = Math.max(0, ...bandNames.map(name => simulation.worstGaps[name] ?? 0))
    return [
      policyKey(policy),
      policy.spec.schedule,
      String(state?.points.length ?? 0),
      reach,
      readableSpan(worst),
      `${stored}${outlook.isSizeKnown ? '' : ' ?'}`,
      money(cost.total, cost.currency),
    ]
  })
  out.title(`after ${days} days`)
  printTable(out, ['POLICY', 'SCHEDULE', 'SNAPSHOTS', 'OLDEST', 'GREATEST GAP', 'STORED', 'A MONTH'], rows)
  const total = all.reduce((sum, { cost }) => sum + cost.total, 0)
  out.line(
    `  together about ${money(total, prices.currency)} a month; ${prices.name} of ${prices.asOf}: ${prices.source}`,
  )
  if (all.some(({ isSizeKnown }) => !isSizeKnown)) out.line('  ? the size of the claim is not in git: --size is taken')
}

function rulesText({ policy }: PolicyOutlook): string {
  const { retentionPolicy } = policy.spec
  const rules = [...keepCounts, ...keepWithins].flatMap(key => {
    const value = retentionPolicy[key]
    return value === undefined ? [] : [`${key} ${value}`]
  })
  return [...rules, ...(retentionPolicy.keepTags ?? []).map(tag => `keepTags ${tag}`)].join(', ')
}

function costParts({ cost }: PolicyOutlook): string {
  const { storage, requests, egress, earlyRemoval, figures } = cost
  const parts = [
    `storage ${money(storage, cost.currency)}`,
    `${Math.round(figures.puts + figures.gets + figures.lists)} requests ${money(requests, cost.currency)}`,
    `${formatBytes(figures.egressBytes)} read by prune and check ${money(egress, cost.currency)}`,
  ]
  return [...parts, ...(earlyRemoval > 0 ? [`early removal at most ${money(earlyRemoval, cost.currency)}`] : [])].join(
    ', ',
  )
}

const gapsText = (gaps: Gaps) => bandNames.map(name => spanOr(gaps[name]))
const spanOr = (gap: number | undefined) => (gap === undefined ? '-' : readableSpan(gap))
const money = (amount: number, currency: string) => `${amount.toFixed(2)} ${currency}`
const percent = (value: number) => `${Number((value * 100).toFixed(2))}%`
