import { element } from './element.js'
import { everything, type Filter, type PickedHour, type Selection, type Show, shows } from './filter.js'
import type { Rows } from './rows.js'
import { counted, hourName } from './words.js'

const showNames: Readonly<Record<Show, string>> = {
  all: 'everything',
  problems: 'with problems',
  unprotected: 'unprotected claims',
  exempt: 'exempt claims',
  protected: 'protected claims',
  paused: 'paused policies',
}

/** Where a person says what to see; `changed` gets each new filter. */
export class FilterBar {
  readonly element: HTMLElement
  readonly #rows: Rows
  readonly #changed: (filter: Filter) => void
  readonly #count = element('p', { class: 'found', role: 'status', 'aria-live': 'polite' })
  readonly #text: HTMLInputElement
  readonly #show: HTMLSelectElement
  readonly #namespace: HTMLSelectElement
  readonly #repository: HTMLSelectElement
  readonly #chip = element('button', { type: 'button', class: 'chip', hidden: true, click: () => this.pick(undefined) })
  readonly #clear = element(
    'button',
    { type: 'button', class: 'clear', hidden: true, click: () => this.clear() },
    'Clear',
  )
  #picked: PickedHour | undefined

  constructor(rows: Rows, changed: (filter: Filter) => void) {
    this.#rows = rows
    this.#changed = changed
    const { content } = rows
    const notify = () => this.#notify()
    this.#text = element('input', {
      type: 'search',
      id: 'filter-text',
      placeholder: 'namespace, name or repository',
      autocomplete: 'off',
      spellcheck: 'false',
      input: notify,
    })
    this.#show = choice(
      shows.map(show => [show, showNames[show]]),
      notify,
    )
    this.#namespace = choice([['', 'all namespaces'], ...content.namespaces.map(name => [name, name] as const)], notify)
    const repositories = content.repositories.map(({ name }, index) => [String(index), name] as const)
    this.#repository = choice([['-1', 'all repositories'], ...repositories], notify)
    this.element = element(
      'form',
      { class: 'filter', role: 'search', 'aria-label': 'Filter the report', submit: event => event.preventDefault() },
      field('Find', this.#text, 'grow'),
      field('Show', this.#show),
      field('Namespace', this.#namespace),
      field('Repository', this.#repository),
      this.#clear,
      element('div', { class: 'outcome' }, this.#count, this.#chip),
    )
    addEventListener('keydown', event => this.#shortcut(event))
  }

  /** Narrows the report to what runs in an hour; undefined for all hours again. */
  pick(picked: PickedHour | undefined): void {
    this.#picked = picked
    const name = picked === undefined ? '' : (this.#rows.content.repositories[picked.repository]?.name ?? '')
    this.#chip.hidden = picked === undefined
    this.#chip.textContent = picked === undefined ? '' : `runs on ${hourName(picked.hour)} UTC at ${name} ×`
    this.#notify()
  }

  clear(): void {
    this.#text.value = everything.text
    this.#show.value = everything.show
    this.#namespace.value = everything.namespace
    this.#repository.value = String(everything.repository)
    this.pick(undefined)
    this.#text.focus()
  }

  /** Says how much the filter leaves. */
  say({ policies, claims, problems }: Selection): void {
    const parts = [
      counted(problems.length, 'problem', 'problems'),
      counted(claims.length, 'claim', 'claims'),
      counted(policies.length, 'policy', 'policies'),
    ]
    this.#count.textContent = parts.join(' · ')
  }

  #notify(): void {
    const filter: Filter = {
      text: this.#text.value,
      show: shows.find(show => show === this.#show.value) ?? 'all',
      namespace: this.#namespace.value,
      repository: Number(this.#repository.value),
      picked: this.#picked,
    }
    this.#clear.hidden = JSON.stringify(filter) === JSON.stringify(everything)
    this.#changed(filter)
  }

  #shortcut(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    this.#text.focus()
  }
}

function choice(options: readonly (readonly [string, string])[], change: () => void): HTMLSelectElement {
  return element('select', { change }, ...options.map(([value, name]) => element('option', { value }, name)))
}

function field(name: string, control: HTMLElement, style?: string): HTMLElement {
  return element(
    'label',
    { class: style === undefined ? 'field' : `field ${style}` },
    element('span', {}, name),
    control,
  )
}
