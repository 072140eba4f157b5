import { areaY, axisX, axisY, gridY, plot, ruleY } from '@observablehq/plot'
import { element, pictureOf } from './element.js'
import type { PolicyRow, Rows } from './rows.js'
import { bytes, money, number } from './words.js'

const colours = 5

interface Series {
  readonly name: string
  /** Bytes at each of the content’s days. */
  readonly stored: readonly number[]
  readonly policies: number
  readonly cost: number
}

/** Storage over the first year by repository, and what it costs: a picture, and a table with the numbers. */
export class GrowthPicture {
  readonly element = element('div', { class: 'growth' })
  readonly #rows: Rows

  constructor(rows: Rows) {
    this.#rows = rows
  }

  show(policies: readonly PolicyRow[]): void {
    const series = seriesOf(this.#rows, policies)
    if (series.length === 0) {
      this.element.replaceChildren(element('p', { class: 'none' }, 'Nothing is stored.'))
      return
    }
    this.element.replaceChildren(picture(series, this.#rows.content.days), table(series, this.#rows.content))
  }
}

/** Bytes that policies store together, at each day of the content. */
export function storedBy({ content }: Rows, policies: readonly PolicyRow[]): number[] {
  const sums = content.days.map(() => 0)
  for (const { timeline, size } of policies) {
    const { growth } = content.timelines[timeline] ?? { growth: [] }
    for (const [at, factor] of growth.entries()) sums[at] = (sums[at] ?? 0) + factor * size
  }
  return sums
}

function seriesOf(rows: Rows, policies: readonly PolicyRow[]): Series[] {
  const byRepository = new Map<number, PolicyRow[]>()
  for (const policy of policies) {
    const others = byRepository.get(policy.repository)
    if (others === undefined) byRepository.set(policy.repository, [policy])
    else others.push(policy)
  }
  return [...byRepository]
    .map(([repository, own]) => series(rows, rows.content.repositories[repository]?.name ?? '', own))
    .sort((a, b) => (b.stored.at(-1) ?? 0) - (a.stored.at(-1) ?? 0) || (a.name < b.name ? -1 : 1))
}

function series(rows: Rows, name: string, policies: readonly PolicyRow[]): Series {
  const cost = policies.reduce((sum, policy) => sum + policy.cost, 0)
  return { name, stored: storedBy(rows, policies), policies: policies.length, cost }
}

/** The largest as they are, the others as one. */
function forPicture(all: readonly Series[]): Series[] {
  if (all.length <= colours) return [...all]
  const rest = all.slice(colours - 1)
  const sum = (at: number) => rest.reduce((total, { stored }) => total + (stored[at] ?? 0), 0)
  const stored = (rest[0]?.stored ?? []).map((_, at) => sum(at))
  return [...all.slice(0, colours - 1), { name: `${rest.length} others`, stored, policies: 0, cost: 0 }]
}

function picture(all: readonly Series[], days: readonly number[]): HTMLElement {
  const shown = forPicture(all)
  const points = shown.flatMap(({ stored }, index) =>
    stored.map((amount, at) => ({ index, day: days[at] ?? 0, amount })),
  )
  const most = Math.max(...days.map((_, at) => shown.reduce((sum, { stored }) => sum + (stored[at] ?? 0), 0)))
  const ticks = byteTicks(most)
  const chart = plot({
    width: 700,
    height: 300,
    marginLeft: 72,
    marginRight: 30,
    marginTop: 12,
    x: { domain: [0, days.at(-1) ?? 365], label: null },
    y: { label: null, domain: [0, ticks.at(-1) ?? 1] },
    color: {
      type: 'ordinal',
      domain: shown.map((_, index) => index),
      range: shown.map((_, index) => `var(--series-${index + 1})`),
    },
    marks: [
      gridY(ticks, { stroke: 'var(--line)', strokeOpacity: 1 }),
      areaY(points, { x: 'day', y: 'amount', fill: 'index', z: 'index', order: 'index' }),
      axisX({
        ticks: days.filter(day => day % 90 === 0 || day === 365),
        tickSize: 0,
        tickFormat: (day: number) => `day ${day}`,
      }),
      axisY(ticks, { tickSize: 0, tickFormat: (amount: number) => bytes(amount) }),
      ruleY([0], { stroke: 'var(--line)' }),
    ],
  })
  const ends = shown.map(({ name, stored }) => `${name} ${bytes(stored.at(-1) ?? 0)}`)
  const label = `Storage over ${days.at(-1) ?? 0} days, by repository. At the end: ${ends.join(', ')}`
  const items = shown.map(({ name }, index) =>
    element(
      'li',
      {},
      element('span', { class: 'swatch', style: `background:var(--series-${index + 1})`, 'aria-hidden': 'true' }),
      name,
    ),
  )
  return element(
    'figure',
    {},
    pictureOf(label, chart),
    element('figcaption', {}, element('ul', { class: 'legend' }, ...items)),
  )
}

/** Round amounts from 0 to at least `most`, in the unit that it is written in: 0, 200 GiB, 400 GiB, … */
function byteTicks(most: number): number[] {
  const unit = 1024 ** Math.max(0, Math.floor(Math.log(Math.max(most, 1)) / Math.log(1024)))
  const rough = most / unit / 5
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 0.1)))
  const step = ([1, 2, 5, 10].find(factor => factor * power >= rough) ?? 10) * power
  const count = Math.max(1, Math.ceil(most / unit / step))
  return Array.from({ length: count + 1 }, (_, index) => index * step * unit)
}

const columns = [30, 90, 365]
const rowsAtFirst = 20

function table(all: readonly Series[], { days, currency }: Rows['content']): HTMLElement {
  const at = (stored: readonly number[], day: number) => bytes(stored[Math.max(0, days.indexOf(day))] ?? 0)
  const row = ({ name, stored, policies, cost }: Series) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row', title: name }, name),
      ...[number(policies), ...columns.map(day => at(stored, day)), money(cost, currency)].map(text =>
        element('td', { class: 'number' }, text),
      ),
    )
  const total: Series = {
    name: 'all',
    stored: days.map((_, index) => all.reduce((sum, { stored }) => sum + (stored[index] ?? 0), 0)),
    policies: all.reduce((sum, { policies }) => sum + policies, 0),
    cost: all.reduce((sum, { cost }) => sum + cost, 0),
  }
  const heads = ['Repository', 'Policies', ...columns.map(day => `Day ${day}`), 'A month']
  const left = all.length > rowsAtFirst ? ` The ${rowsAtFirst} largest of ${number(all.length)}.` : ''
  return element(
    'div',
    { class: 'wide', tabindex: 0, role: 'region', 'aria-label': 'Storage and cost by repository' },
    element(
      'table',
      { class: 'plain' },
      element('caption', {}, `Stored bytes, and the cost of a month after a year.${left}`),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...heads.map((head, index) => element('th', { scope: 'col', class: index > 0 ? 'number' : undefined }, head)),
        ),
      ),
      element('tbody', {}, ...all.slice(0, rowsAtFirst).map(row)),
      element('tfoot', {}, row(total)),
    ),
  )
}
