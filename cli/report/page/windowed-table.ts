import { element } from './element.js'

export interface Column<Row> {
  readonly label: string
  /** A width of CSS. */
  readonly width: string
  readonly cell: (row: Row) => Node | string
  /** What it is sorted by. @default - it cannot be sorted */
  readonly order?: (row: Row) => string | number
  readonly numeric?: boolean
}

export interface TableOptions<Row> {
  /** What the table holds, for people who cannot see it. */
  readonly label: string
  readonly empty: string
  readonly columns: readonly Column<Row>[]
  readonly all: readonly Row[]
  /** What Enter or a click on a row does. @default - nothing */
  readonly open?: (row: Row) => void
}

const rowHeight = 40
const visibleHeight = 560
const spare = 8
/** Rows that are put on paper; more would be a book. */
const printed = 2000

/** A table of any length: only the rows in sight are in the document. Arrow keys move from row to row. */
export class WindowedTable<Row> {
  readonly element: HTMLElement
  readonly #options: TableOptions<Row>
  readonly #body = element('tbody')
  readonly #table: HTMLTableElement
  readonly #heads: HTMLTableCellElement[]
  #ordered: readonly Row[]
  #shown: readonly Row[] = []
  #wanted: readonly Row[] | undefined
  #keep: ReadonlySet<Row> | undefined
  #active = 0
  #first = -1
  /** Where the window is scrolled to, as its events say; to ask it would make the browser lay the page out at once. */
  #top = 0
  #sorted: { column: number; descending: boolean } | undefined

  constructor(options: TableOptions<Row>) {
    this.#options = options
    this.#ordered = options.all
    this.#heads = options.columns.map((column, index) => this.#head(column, index))
    this.#table = element(
      'table',
      { role: 'grid', 'aria-label': options.label, keydown: event => this.#key(event as KeyboardEvent) },
      element('colgroup', {}, ...options.columns.map(({ width }) => element('col', { style: `width:${width}` }))),
      element('thead', {}, element('tr', { 'aria-rowindex': 1 }, ...this.#heads)),
      this.#body,
    )
    this.element = element('div', { class: 'window', scroll: () => this.#scrolled() }, this.#table)
    addEventListener('beforeprint', () => this.#drawRows(0, Math.min(this.#shown.length, printed)))
    addEventListener('afterprint', () => this.#redraw())
  }

  /** Shows these rows, in the order that is set. */
  show(rows: readonly Row[]): void {
    if (isSame(rows, this.#wanted)) return
    this.#wanted = rows
    this.#keep = rows.length === this.#options.all.length ? undefined : new Set(rows)
    this.#apply()
  }

  #apply(): void {
    const keep = this.#keep
    this.#shown = keep === undefined ? this.#ordered : this.#ordered.filter(row => keep.has(row))
    this.#active = 0
    if (this.#top !== 0) this.#scrollTo(0)
    const height = Math.min(visibleHeight, (Math.max(this.#shown.length, 1) + 1) * rowHeight + 2)
    this.element.style.setProperty('--height', `${height}px`)
    this.#table.setAttribute('aria-rowcount', String(this.#shown.length + 1))
    this.#redraw()
  }

  #redraw(): void {
    this.#first = -1
    this.#draw()
  }

  #scrolled(): void {
    this.#top = this.element.scrollTop
    this.#draw()
  }

  #scrollTo(top: number): void {
    this.element.scrollTop = top
    this.#top = top
  }

  #draw(): void {
    const first = Math.max(0, Math.floor(this.#top / rowHeight) - spare)
    // Scrolling by less than the spare rows changes nothing that can be seen.
    if (this.#first >= 0 && Math.abs(first - this.#first) < spare / 2) return
    this.#first = first
    this.#drawRows(first, Math.min(this.#shown.length, first + Math.ceil(visibleHeight / rowHeight) + 2 * spare))
  }

  #drawRows(first: number, end: number): void {
    const focused = this.#body.contains(document.activeElement)
    // The one row that Tab leads to must be in the document.
    this.#active = Math.max(first, Math.min(end - 1, this.#active))
    const rows = this.#shown.slice(first, end).map((row, offset) => this.#row(row, first + offset))
    const above = first > 0 ? [this.#space(first)] : []
    const below = end < this.#shown.length ? [this.#space(this.#shown.length - end)] : []
    this.#body.replaceChildren(...above, ...(this.#shown.length === 0 ? [this.#nothing()] : rows), ...below)
    if (focused) this.#rowElement(this.#active)?.focus({ preventScroll: true })
  }

  #row(row: Row, index: number): HTMLTableRowElement {
    const cells = this.#options.columns.map(({ cell, numeric }) => {
      const content = cell(row)
      const title = typeof content === 'string' ? content : undefined
      return element('td', { class: numeric ? 'number' : undefined, title }, content)
    })
    const { open } = this.#options
    const attributes = {
      'aria-rowindex': index + 2,
      'data-index': index,
      tabindex: index === this.#active ? 0 : -1,
      class: open === undefined ? undefined : 'opens',
    }
    return element('tr', { ...attributes, click: () => this.#open(index) }, ...cells)
  }

  #nothing(): HTMLTableRowElement {
    return element(
      'tr',
      { class: 'nothing' },
      element('td', { colspan: this.#options.columns.length }, this.#options.empty),
    )
  }

  #space(rows: number): HTMLTableRowElement {
    const style = `height:${rows * rowHeight}px`
    return element('tr', { class: 'space', 'aria-hidden': 'true', style })
  }

  #head(column: Column<Row>, index: number): HTMLTableCellElement {
    const attributes = { scope: 'col', class: column.numeric ? 'number' : undefined }
    if (column.order === undefined) return element('th', attributes, column.label)
    const button = element('button', { type: 'button', class: 'sort', click: () => this.#sort(index) }, column.label)
    return element('th', { ...attributes, 'aria-sort': 'none' }, button)
  }

  #sort(index: number): void {
    const order = this.#options.columns[index]?.order
    if (order === undefined) return
    const descending = this.#sorted?.column === index && !this.#sorted.descending
    this.#sorted = { column: index, descending }
    const sign = descending ? -1 : 1
    const keyed = this.#options.all.map((row, at) => ({ row, at, key: order(row) }))
    keyed.sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) || a.at - b.at)
    this.#ordered = keyed.map(({ row }) => row)
    this.#heads.forEach((head, at) => {
      if (head.hasAttribute('aria-sort')) head.setAttribute('aria-sort', at === index ? direction(descending) : 'none')
    })
    this.#apply()
  }

  #key(event: KeyboardEvent): void {
    if (!this.#body.contains(event.target as Node)) return
    const page = Math.floor(this.element.clientHeight / rowHeight) - 2
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -this.#shown.length,
      End: this.#shown.length,
    }
    const step = steps[event.key]
    if (step !== undefined) this.#move(this.#active + step)
    else if (event.key === 'Enter' || event.key === ' ') this.#open(this.#active)
    else return
    event.preventDefault()
  }

  #move(to: number): void {
    this.#rowElement(this.#active)?.setAttribute('tabindex', '-1')
    this.#active = Math.max(0, Math.min(this.#shown.length - 1, to))
    const top = this.#active * rowHeight
    const space = this.element.clientHeight - 2 * rowHeight
    if (top < this.#top) this.#scrollTo(top)
    if (top > this.#top + space) this.#scrollTo(top - space)
    this.#draw()
    const row = this.#rowElement(this.#active)
    row?.setAttribute('tabindex', '0')
    row?.focus({ preventScroll: true })
  }

  #open(index: number): void {
    const row = this.#shown[index]
    if (row !== undefined) this.#options.open?.(row)
  }

  #rowElement(index: number): HTMLElement | null {
    return this.#body.querySelector(`[data-index="${index}"]`)
  }
}

/** Whether two lists hold the same rows: then nothing has to be drawn again. */
export function isSame<Row>(one: readonly Row[], other: readonly Row[] | undefined): boolean {
  return one.length === other?.length && one.every((row, index) => row === other[index])
}

const direction = (descending: boolean) => (descending ? 'descending' : 'ascending')
