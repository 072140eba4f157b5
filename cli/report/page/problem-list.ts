import { element } from './element.js'
import type { ProblemRow, Rows } from './rows.js'
import { isSame } from './windowed-table.js'
import { counted } from './words.js'

const atFirst = 3
const more = 50

/** Problems by code, those with the most cases of a kind together; each with object, message and position. */
export class ProblemList {
  readonly element = element('div', { class: 'problems' })
  readonly #meanings: Readonly<Record<string, string>>
  readonly #total: number
  readonly #limits = new Map<string, number>()
  #shown: readonly ProblemRow[] | undefined

  constructor({ content }: Rows) {
    this.#meanings = content.meanings
    this.#total = content.problems.length
  }

  show(problems: readonly ProblemRow[]): void {
    if (!isSame(problems, this.#shown)) this.#draw(problems)
  }

  #draw(problems: readonly ProblemRow[]): void {
    this.#shown = problems
    const byCode = new Map<string, ProblemRow[]>()
    for (const row of problems) {
      const others = byCode.get(row.entry[0])
      if (others === undefined) byCode.set(row.entry[0], [row])
      else others.push(row)
    }
    const groups = [...byCode].sort(([a], [b]) => (a < b ? -1 : 1))
    this.element.replaceChildren(
      ...(groups.length === 0 ? [this.#nothing()] : groups.map(each => this.#group(...each))),
    )
  }

  #nothing(): HTMLElement {
    const text = this.#total === 0 ? 'No problems: every check of the fleet passed.' : 'No problem fits the filter.'
    return element('p', { class: this.#total === 0 ? 'good' : 'none' }, text)
  }

  #group(code: string, rows: readonly ProblemRow[]): HTMLElement {
    const limit = this.#limits.get(code) ?? atFirst
    const heading = element(
      'h3',
      {},
      element('span', { class: 'code' }, code),
      element('span', { class: 'meaning' }, this.#meanings[code] ?? ''),
      element('span', { class: 'count' }, counted(rows.length, 'case', 'cases')),
    )
    const items = rows.slice(0, limit).map(item)
    const left = rows.length - limit
    const button = element(
      'button',
      { type: 'button', class: 'more', click: () => this.#showMore(code, limit) },
      `Show ${counted(Math.min(left, more), 'more', 'more')} of ${code}`,
    )
    return element('section', { class: 'group' }, heading, element('ul', {}, ...items), ...(left > 0 ? [button] : []))
  }

  #showMore(code: string, from: number): void {
    this.#limits.set(code, from + more)
    this.#draw(this.#shown ?? [])
    // The button is a new one now; whoever pressed it goes on from the first case that was added.
    const groups = [...this.element.querySelectorAll('.group')]
    const group = groups.find(each => each.querySelector('.code')?.textContent === code)
    const next = group?.querySelectorAll('li')[from]
    next?.setAttribute('tabindex', '-1')
    next?.focus()
  }
}

function item({ entry }: ProblemRow): HTMLElement {
  const [, object, path, message, source] = entry
  const [, kind, name] = /^(\w+) (\S+)$/.exec(object) ?? []
  const where = element('p', { class: 'where' }, element('strong', {}, name ?? object))
  if (kind !== undefined) where.prepend(element('span', { class: 'kind' }, kind))
  if (path !== '') where.append(' ', element('code', {}, path))
  const parts = [where, element('p', { class: 'message' }, message)]
  if (source !== '') parts.push(element('p', { class: 'source' }, element('code', {}, ...withBreaks(source))))
  return element('li', {}, ...parts)
}

/** A path that may break after its slashes. */
function withBreaks(path: string): (Node | string)[] {
  return path.split('/').flatMap((part, index) => (index === 0 ? [part] : ['/', element('wbr'), part]))
}
