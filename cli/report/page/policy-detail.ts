import type { RepositoryEntry } from '../content.js'
import { element } from './element.js'
import { runsAt } from './filter.js'
import { largeTimeline } from './retention-picture.js'
import type { PolicyRow, Rows } from './rows.js'
import { bytes, clock, counted, dayNames, hourName, money, span } from './words.js'

/** Everything about one policy, over the page. Escape or the button closes it, and the row has the focus again. */
export class PolicyDetail {
  readonly element = element('dialog', { 'aria-labelledby': 'detail-title' })
  readonly #rows: Rows

  constructor(rows: Rows) {
    this.#rows = rows
    this.element.addEventListener('click', event => {
      if (event.target === this.element) this.element.close()
    })
  }

  open(policy: PolicyRow): void {
    const close = element(
      'button',
      { type: 'button', class: 'close', 'aria-label': 'Close', click: () => this.element.close() },
      '×',
    )
    const heading = element(
      'h2',
      { id: 'detail-title' },
      element('span', { class: 'namespace' }, `${policy.namespace}/`),
      policy.name,
    )
    const timeline = this.#rows.content.timelines[policy.timeline]
    this.element.replaceChildren(
      element(
        'div',
        { class: 'sheet' },
        element('header', {}, heading, close),
        ...problemsOf(policy),
        element(
          'dl',
          {},
          ...facts(this.#rows, policy).flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
        ),
        element('h3', {}, 'What is kept'),
        element('p', { class: 'rule' }, policy.retention),
        ...(timeline === undefined
          ? [element('p', { class: 'none' }, 'Nothing fires by itself.')]
          : [largeTimeline(timeline)]),
      ),
    )
    this.element.showModal()
  }
}

function problemsOf({ problems }: PolicyRow): HTMLElement[] {
  if (problems.length === 0) return []
  const items = problems.map(([code, , path, message]) =>
    element(
      'li',
      {},
      element('span', { class: 'code' }, code),
      ' ',
      ...(path === '' ? [] : [element('code', {}, path), ' ']),
      message,
    ),
  )
  return [element('ul', { class: 'alarms', 'aria-label': 'Problems' }, ...items)]
}

function facts(rows: Rows, policy: PolicyRow): [string, string][] {
  const { content } = rows
  const repository = content.repositories[policy.repository]
  const growth = content.timelines[policy.timeline]?.growth ?? []
  const at = (day: number) => bytes((growth[content.days.indexOf(day)] ?? 0) * policy.size)
  const cost = [
    `${money(policy.storage, content.currency)} storage`,
    `${money(policy.requests, content.currency)} requests`,
    `${money(policy.egress, content.currency)} egress`,
  ]
  return [
    ['Claim', `${policy.claim}, ${bytes(policy.size)}${policy.assumed ? ' assumed' : ''}`],
    ['Repository', storeWords(repository)],
    ['Schedule', `${policy.schedule}${policy.paused ? ', paused' : ''}`],
    ['In the week', weekWords(content.weeks[policy.week] ?? [])],
    ['Objective', policy.objective === 0 ? 'none stated' : span(policy.objective)],
    ['Stored', `${at(30)} after 30 days, ${at(90)} after 90, ${at(365)} after 365`],
    ['Cost of a month', `${money(policy.cost, content.currency)}: ${cost.join(', ')}`],
    ['Written at', policy.position],
  ]
}

function storeWords(repository: RepositoryEntry | undefined): string {
  if (repository === undefined) return 'unknown'
  const { name, store } = repository
  return name === store ? name : `${name} (${store})`
}

function weekWords(week: readonly number[]): string {
  const hours = Array.from({ length: 168 }, (_, hour) => hour).filter(hour => runsAt(week, hour) > 0)
  const runs = hours.reduce((sum, hour) => sum + runsAt(week, hour), 0)
  if (runs === 0) return 'no run'
  const daily = hours.length === 7 && hours.every((hour, day) => hour === (hours[0] ?? 0) + 24 * day)
  if (daily && runs === 7) return `once a day in the hour from ${clock(hours[0] ?? 0)} UTC`
  const names = hours.length <= dayNames.length ? `: ${hours.map(hourName).join(', ')} UTC` : ''
  return `${counted(runs, 'run', 'runs')} in ${counted(hours.length, 'hour', 'hours')}${names}`
}
