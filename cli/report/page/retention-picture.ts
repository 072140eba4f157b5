import { axisX, axisY, gridX, plot, ruleY, tickX } from '@observablehq/plot'
import type { TimelineEntry } from '../content.js'
import { element, pictureOf, shape } from './element.js'
import { ageMarks, agePosition, daysName, keptAges } from './kept-points.js'
import { counted, span } from './words.js'

const small = { width: 220, height: 22 }
const cache = new Map<TimelineEntry, SVGSVGElement>()

/** A timeline small enough for a row: a tick for each point that is kept, ages from now to two years. */
export function smallTimeline(timeline: TimelineEntry): Element {
  const known = cache.get(timeline)
  // Many policies have the same; a copy costs less than another drawing.
  const drawn = known ?? drawSmall(timeline)
  cache.set(timeline, drawn)
  return drawn.cloneNode(true) as Element
}

function drawSmall(timeline: TimelineEntry): SVGSVGElement {
  const { width, height } = small
  const columns = new Set(keptAges(timeline).map(age => Math.round(agePosition(age) * (width - 2)) + 1))
  const path = [...columns].map(x => `M${x} 4V${height - 4}`).join('')
  const grid = ageMarks.map(({ hours }) => `M${1 + agePosition(hours) * (width - 2)} 0V${height}`).join('')
  return shape(
    'svg',
    {
      class: 'timeline',
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': timelineWords(timeline),
    },
    shape('path', { class: 'grid', d: grid }),
    shape('path', { class: 'points', d: path }),
  )
}

/** A timeline in words: how many points, how old the oldest, where the gaps are greatest. */
export function timelineWords(timeline: TimelineEntry): string {
  const ages = keptAges(timeline)
  const oldest = ages.at(-1)
  if (oldest === undefined) return 'keeps nothing'
  const met = timeline.ages.filter(([, , , gap]) => gap >= 0)
  const gaps = met.map(([, to, , gap]) => `at most ${span(gap)} apart up to ${daysName(to)}`)
  return `${counted(ages.length, 'point', 'points')}, the oldest ${span(oldest)} old; ${gaps.join(', ')}`
}

/** The same timeline large, with the gap that a restore may meet at each age. */
export function largeTimeline(timeline: TimelineEntry): HTMLElement {
  const ages = keptAges(timeline)
  const caption = 'Restorable points by age after two years; below, how far each is from the next younger one.'
  return element(
    'figure',
    { class: 'retention' },
    pictureOf(timelineWords(timeline), pointsChart(ages), gapsChart(ages)),
    element('figcaption', {}, caption),
    ageTable(timeline),
  )
}

const size = { width: 780, marginLeft: 64, marginRight: 30 }
const marks = ageMarks.map(({ hours }) => agePosition(hours))
const grid = () => gridX(marks, { stroke: 'var(--line)', strokeOpacity: 1 })

function pointsChart(ages: readonly number[]): Element {
  const points = ages.map(age => ({ at: agePosition(age) }))
  const tick = tickX(points, { x: 'at', stroke: 'var(--accent)', strokeWidth: 1.6 })
  return plot({
    ...size,
    height: 62,
    marginTop: 8,
    marginBottom: 8,
    x: { domain: [0, 1], axis: null },
    marks: [grid(), tick],
  })
}

const gapMarks = [1, 24, 7 * 24, 30 * 24, 365 * 24]

function gapsChart(ages: readonly number[]): Element {
  const gaps = ages.slice(1).map((age, index) => {
    const younger = ages[index] ?? 0
    return { from: agePosition(younger), to: agePosition(age), gap: Math.log(Math.max(age - younger, 0.25)) }
  })
  const all = gaps.map(({ gap }) => gap)
  const domain = [Math.min(0, ...all), Math.max(Math.log(48), ...all) + 0.3]
  const shown = gapMarks.filter(hours => Math.log(hours) <= (domain[1] ?? 0))
  return plot({
    ...size,
    height: 150,
    marginTop: 10,
    marginBottom: 30,
    x: { domain: [0, 1] },
    y: { domain },
    marks: [
      grid(),
      axisX(marks, { label: null, tickSize: 0, tickFormat: (_: number, index: number) => ageMarks[index]?.name ?? '' }),
      axisY(shown.map(Math.log), {
        label: null,
        tickSize: 0,
        tickFormat: (_: number, index: number) => span(shown[index] ?? 0),
      }),
      ruleY(gaps, { x1: 'from', x2: 'to', y: 'gap', stroke: 'var(--accent)', strokeWidth: 2.5 }),
    ],
  })
}

function ageTable({ ages }: TimelineEntry): HTMLElement {
  const rows = ages.map(([from, to, points, gap]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, from === 0 ? `up to ${daysName(to)}` : `${daysName(from)} to ${daysName(to)}`),
      element('td', { class: 'number' }, String(points)),
      element('td', { class: 'number' }, gap < 0 ? 'nothing as old' : span(gap)),
    ),
  )
  const heads = ['Age', 'Points', 'Greatest gap'].map((name, index) =>
    element('th', { scope: 'col', class: index > 0 ? 'number' : undefined }, name),
  )
  return element(
    'table',
    { class: 'plain' },
    element('caption', { class: 'unseen' }, 'Restorable points by age'),
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...rows),
  )
}
