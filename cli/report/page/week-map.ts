import { axisX, axisY, barX, plot, rectY, ruleX } from '@observablehq/plot'
import { clipped } from './coverage-picture.js'
import { element, shape } from './element.js'
import { type PickedHour, runsByRepository } from './filter.js'
import { heatClasses } from './heat-classes.js'
import type { PolicyRow, Rows } from './rows.js'
import { weekTable } from './week-table.js'
import { counted, dayNames, hourName, number } from './words.js'

const most = 16
const rowHeight = 22
const margins = { left: 170, right: 12 }
const width = 1180
const hours = Array.from({ length: 168 }, (_, hour) => hour)

interface Line {
  readonly repository: number
  readonly name: string
  readonly runs: readonly number[]
}

/**
 * The week as a heat map: a line per repository, a cell per hour. Arrow keys move a cursor, Enter (or a click) asks
 * for the policies behind a cell. A table with the same numbers stands below.
 */
export class WeekMap {
  readonly element = element('div', { class: 'week' })
  readonly #rows: Rows
  readonly #pick: (picked: PickedHour) => void
  readonly #readout = element('p', { class: 'readout', 'aria-live': 'polite' })
  #lines: readonly Line[] = []
  #cursor = { line: 0, hour: 0 }
  #cursorShape = shape('rect', { class: 'cursor', 'aria-hidden': 'true' })
  #chart: Element | undefined
  #columns = 0

  constructor(rows: Rows, pick: (picked: PickedHour) => void) {
    this.#rows = rows
    this.#pick = pick
  }

  show(policies: readonly PolicyRow[]): void {
    const all = this.#linesOf(policies)
    this.#lines = all.slice(0, most)
    if (all.length === 0) {
      this.element.replaceChildren(element('p', { class: 'none' }, 'Nothing runs in this week.'))
      return
    }
    this.#cursor = busiest(this.#lines)
    const largest = Math.max(...this.#lines.flatMap(({ runs }) => runs))
    const classes = heatClasses(largest)
    const map = this.#map(classes)
    const left = all.length > most ? ` The ${most} busiest of ${number(all.length)} repositories.` : ''
    const caption = `Runs that start in each hour, UTC, by repository; above them the sum.${left}`
    const figure = element(
      'figure',
      {},
      element('div', { class: 'wide' }, map),
      element('figcaption', {}, element('span', {}, caption), legend(classes)),
    )
    this.element.replaceChildren(figure, this.#readout, weekTable(all))
    this.#say()
  }

  #linesOf(policies: readonly PolicyRow[]): Line[] {
    const { repositories } = this.#rows.content
    const total = (line: Line) => line.runs.reduce((sum, runs) => sum + runs, 0)
    return [...runsByRepository(this.#rows, policies)]
      .map(([repository, runs]) => ({ repository, name: repositories[repository]?.name ?? '', runs }))
      .map(line => ({ line, total: total(line) }))
      .sort((a, b) => b.total - a.total || (a.line.name < b.line.name ? -1 : 1))
      .map(({ line }) => line)
  }

  #map(classes: readonly number[]): HTMLElement {
    const lines = this.#lines
    const cells = lines.flatMap(({ runs }, line) =>
      runs.flatMap((count, hour) => (count > 0 ? [{ line, hour, end: hour + 1, count }] : [])),
    )
    const chart = plot({
      width,
      height: lines.length * rowHeight + 34,
      marginLeft: margins.left,
      marginRight: margins.right,
      marginTop: 2,
      marginBottom: 32,
      x: { domain: [0, 168] },
      y: { type: 'band', domain: lines.map((_, line) => line), padding: 0, round: false },
      color: {
        type: 'threshold',
        domain: classes.slice(1),
        range: classes.map((_, index) => `var(--heat-${index + 1})`),
      },
      marks: [
        barX(days(lines.length), { x1: 'from', x2: 'to', y: 'line', fill: 'var(--heat-0)', insetRight: 1, ...insets }),
        barX(cells, { x1: 'hour', x2: 'end', y: 'line', fill: 'count', insetRight: 0.8, ...insets }),
        axisY({ tickSize: 0, label: null, tickFormat: (line: number) => clipped(lines[line]?.name ?? '', 24) }),
        axisX({
          ticks: hours.filter(hour => hour % 12 === 0),
          tickSize: 4,
          label: null,
          tickFormat: tick,
          dx: 3,
          ...start,
        }),
      ],
    })
    this.#chart = chart
    this.#columns = (width - margins.left - margins.right) / 168
    chart.append(this.#cursorShape)
    const label = `Heat map of ${counted(lines.length, 'repository', 'repositories')} by 168 hours. Arrow keys move from hour to hour, Enter lists the policies. The table below has the same numbers.`
    const attributes = { class: 'map', role: 'application', tabindex: 0, 'aria-label': label }
    chart.setAttribute('aria-hidden', 'true')
    return element(
      'div',
      {
        ...attributes,
        keydown: event => this.#key(event as KeyboardEvent),
        pointermove: event => this.#point(event as PointerEvent),
        click: event => {
          this.#point(event as PointerEvent)
          this.#choose()
        },
      },
      histogram(lines),
      chart,
    )
  }

  #key(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      PageUp: [0, -24],
      PageDown: [0, 24],
      Home: [0, -168],
      End: [0, 168],
    }
    const step = steps[event.key]
    if (step !== undefined) this.#moveTo(this.#cursor.line + step[0], this.#cursor.hour + step[1])
    else if (event.key === 'Enter' || event.key === ' ') this.#choose()
    else return
    event.preventDefault()
  }

  #point(event: PointerEvent): void {
    const box = this.#chart?.getBoundingClientRect()
    if (box === undefined) return
    const scale = width / box.width
    const x = (event.clientX - box.left) * scale - margins.left
    const y = (event.clientY - box.top) * scale - 2
    const height = this.#lines.length * rowHeight
    if (x < 0 || y < 0 || y >= height) return
    this.#moveTo(Math.floor(y / rowHeight), Math.floor(x / this.#columns))
  }

  #moveTo(line: number, hour: number): void {
    this.#cursor = { line: Math.max(0, Math.min(this.#lines.length - 1, line)), hour: Math.max(0, Math.min(167, hour)) }
    this.#say()
  }

  #say(): void {
    const { line, hour } = this.#cursor
    const at = this.#lines[line]
    if (at === undefined) return
    const text = `${hourName(hour)} UTC, ${at.name}: ${counted(at.runs[hour] ?? 0, 'run', 'runs')}`
    if (this.#readout.textContent !== text) this.#readout.textContent = text
    const position = {
      x: margins.left + hour * this.#columns,
      y: 2 + line * rowHeight,
      width: this.#columns,
      height: rowHeight,
    }
    for (const [name, value] of Object.entries(position)) this.#cursorShape.setAttribute(name, String(value))
  }

  #choose(): void {
    const line = this.#lines[this.#cursor.line]
    if (line !== undefined) this.#pick({ hour: this.#cursor.hour, repository: line.repository })
  }
}

const insets = { insetTop: 1.5, insetBottom: 1.5 }
const start = { textAnchor: 'start' } as const

function days(lines: number): { line: number; from: number; to: number }[] {
  return Array.from({ length: lines }, (_, line) =>
    dayNames.map((__, day) => ({ line, from: day * 24, to: day * 24 + 24 })),
  ).flat()
}

function tick(hour: number): string {
  return hour % 24 === 0 ? (dayNames[hour / 24] ?? '').slice(0, 3) : '12:00'
}

function busiest(lines: readonly Line[]): { line: number; hour: number } {
  const runs = lines[0]?.runs ?? []
  return { line: 0, hour: Math.max(0, runs.indexOf(Math.max(...runs))) }
}

function histogram(lines: readonly Line[]): Element {
  const sums = hours.map(hour => ({ hour, runs: lines.reduce((sum, { runs }) => sum + (runs[hour] ?? 0), 0) }))
  const chart = plot({
    width,
    height: 84,
    marginLeft: margins.left,
    marginRight: margins.right,
    marginTop: 10,
    marginBottom: 4,
    x: { domain: [0, 168], axis: null },
    y: { label: null, ticks: 3, nice: true },
    marks: [
      axisY({ ticks: 3, tickSize: 0, label: null }),
      ruleX(
        dayNames.map((_, day) => day * 24),
        { stroke: 'var(--line)' },
      ),
      rectY(sums, {
        x1: 'hour',
        x2: ({ hour }: { hour: number }) => hour + 1,
        y: 'runs',
        fill: 'var(--accent)',
        inset: 0.4,
      }),
    ],
  })
  chart.setAttribute('aria-hidden', 'true')
  return chart
}

function legend(classes: readonly number[]): HTMLElement {
  const items = classes.map((from, index) => {
    const next = classes[index + 1]
    const range = next === undefined ? `${from}+` : next - 1 === from ? `${from}` : `${from}–${next - 1}`
    const colour = element('span', {
      class: 'swatch',
      style: `background:var(--heat-${index + 1})`,
      'aria-hidden': 'true',
    })
    return element('li', {}, colour, range)
  })
  return element('ul', { class: 'scale', 'aria-label': 'Runs in an hour' }, ...items)
}
