type Value = string | number | boolean | ((event: Event) => void) | undefined
export type Attributes = Readonly<Record<string, Value>>

/**
 * An HTML element. Functions are listeners (`click`), booleans attributes without a value, the rest attributes.
 * Texts become text nodes: nothing that a manifest says is ever read as markup.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) give(made, name, value)
  made.append(...children)
  return made
}

const svgSpace = 'http://www.w3.org/2000/svg'

/** As `element`, of a picture. */
export function shape<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Node[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(svgSpace, tag)
  for (const [name, value] of Object.entries(attributes)) give(made, name, value)
  made.append(...children)
  return made
}

function give(target: Element, name: string, value: Value): void {
  if (value === undefined || value === false) return
  if (typeof value === 'function') target.addEventListener(name, value)
  else target.setAttribute(name, value === true ? '' : String(value))
}

/**
 * Charts as one picture with a text for people who cannot see it. The charts’ own parts carry labels that mean nothing
 * to them, so these are hidden.
 */
export function pictureOf(label: string, ...charts: readonly Element[]): HTMLElement {
  for (const chart of charts) chart.setAttribute('aria-hidden', 'true')
  return element('div', { class: 'wide', role: 'img', 'aria-label': label }, ...charts)
}

/** The element with an id of the page’s own. Throws when the page lacks it. */
export function place(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no element #${id}`)
  return found
}
