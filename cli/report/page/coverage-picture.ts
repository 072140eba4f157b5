import { axisY, barX, plot, ruleX } from '@observablehq/plot'
import { element, pictureOf } from './element.js'
import type { ClaimRow, CoverageStatus } from './rows.js'
import { coverageStatuses } from './rows.js'
import { counted, number } from './words.js'

const most = 12
const order: readonly CoverageStatus[] = ['unprotected', 'exempt', 'protected']
/** Told apart without colour too. */
export const statusMarks: Readonly<Record<CoverageStatus, string>> = { protected: '✓', exempt: '–', unprotected: '✕' }

/** How much of the fleet is protected: one bar for all, then the namespaces with most to do. */
export class CoveragePicture {
  readonly element = element('div', { class: 'coverage' })
  #drawn = ''

  show(claims: readonly ClaimRow[]): void {
    const counts = countsOf(claims)
    const spaces = namespacesOf(claims)
    const key = JSON.stringify([counts, spaces])
    if (key === this.#drawn) return
    this.#drawn = key
    this.element.replaceChildren(wholeBar(counts, claims.length), ...(spaces.length > 1 ? [namespaceBars(spaces)] : []))
  }
}

type Counts = Readonly<Record<CoverageStatus, number>>

function countsOf(claims: readonly ClaimRow[]): Counts {
  const counts = { protected: 0, exempt: 0, unprotected: 0 }
  for (const { status } of claims) counts[status] += 1
  return counts
}

function wholeBar(counts: Counts, all: number): HTMLElement {
  const present = coverageStatuses.filter(status => counts[status] > 0)
  const parts = present.map(status =>
    element('span', { class: `part ${status}`, style: `flex-grow:${counts[status]}` }),
  )
  const items = coverageStatuses.map(status =>
    element(
      'li',
      {},
      element('span', { class: `mark ${status}`, 'aria-hidden': 'true' }, statusMarks[status]),
      element('strong', {}, number(counts[status])),
      ` ${status}`,
      element('span', { class: 'share' }, all === 0 ? '' : ` ${Math.round((100 * counts[status]) / all)} %`),
    ),
  )
  const text = coverageStatuses.map(status => `${counts[status]} ${status}`).join(', ')
  return element(
    'figure',
    {},
    element(
      'div',
      { class: 'bar', role: 'img', 'aria-label': `${counted(all, 'claim', 'claims')}: ${text}` },
      ...parts,
    ),
    element('figcaption', {}, element('ul', { class: 'legend' }, ...items)),
  )
}

interface Space {
  readonly namespace: string
  readonly counts: Counts
  readonly all: number
}

function namespacesOf(claims: readonly ClaimRow[]): Space[] {
  const byNamespace = new Map<string, ClaimRow[]>()
  for (const claim of claims) {
    const others = byNamespace.get(claim.namespace)
    if (others === undefined) byNamespace.set(claim.namespace, [claim])
    else others.push(claim)
  }
  return [...byNamespace]
    .map(([namespace, own]) => ({ namespace, counts: countsOf(own), all: own.length }))
    .sort(
      (a, b) => b.counts.unprotected - a.counts.unprotected || b.all - a.all || (a.namespace < b.namespace ? -1 : 1),
    )
}

function namespaceBars(spaces: readonly Space[]): HTMLElement {
  const shown = spaces.slice(0, most)
  const bars = shown.flatMap(({ namespace, counts }) =>
    order.map(status => ({ namespace, status, claims: counts[status] })),
  )
  const chart = plot({
    width: 620,
    height: shown.length * 24 + 8,
    marginLeft: 140,
    marginRight: 8,
    marginTop: 4,
    marginBottom: 4,
    x: { axis: null },
    y: { domain: shown.map(({ namespace }) => namespace), padding: 0.35 },
    color: { type: 'ordinal', domain: [...order], range: order.map(status => `var(--${status})`) },
    marks: [
      axisY({ tickSize: 0, label: null, tickFormat: (name: string) => clipped(name, 20) }),
      barX(bars, { x: 'claims', y: 'namespace', fill: 'status', inset: 0.5, rx: 1.5 }),
      ruleX([0], { stroke: 'var(--line)' }),
    ],
  })
  const words = shown.map(({ namespace, counts, all }) => `${namespace}: ${counts.unprotected} of ${all} unprotected`)
  const picture = pictureOf(`Claims by namespace. ${words.join('; ')}`, chart)
  const rest = spaces.length > most ? ` The first ${most} of ${number(spaces.length)}; the table below has all.` : ''
  const caption = `Claims by namespace, those with most unprotected ones first.${rest}`
  return element('figure', {}, picture, element('figcaption', {}, caption))
}

export const clipped = (text: string, length: number): string =>
  text.length > length ? `${[...text].slice(0, length - 1).join('')}…` : text
