/** Where the white space at the end of a text begins; a regular expression would look at long runs again and again. */
function contentEnd(text: string): number {
  let end = text.length
  while (end > 0 && ' \t\n'.includes(text.charAt(end - 1))) end--
  return end
}

function chomping(text: string, tail: string): string {
  const firstBreak = tail.indexOf('\n')
  if (firstBreak === -1) return '-'
  return tail === text || firstBreak !== tail.length - 1 ? '+' : ''
}

/** True when a block scalar can hold the text: readers disagree on lines of nothing but white space at either end. */
export function fitsBlockScalar(text: string): boolean {
  return !/\n[\t ]+$/.test(text) && (contentEnd(text) > 0 || !/[\t ]/.test(text))
}

/**
 * A text of several lines as a literal block scalar, readable as it stands. `indent` is where its lines begin.
 * The header says what the lines alone do not: `-` no line break at the end, `+` more than one, and `2` when the
 * text itself begins with white space (go-yaml takes a tab there for indentation).
 */
export function blockScalar(text: string, indent: string): string {
  const end = contentEnd(text)
  const tail = text.slice(end)
  const indicator = /^\n*[ \t]/.test(text) ? '2' : ''
  const lines = text.slice(0, end).replace(/\n+/g, `$&${indent}`)
  const rest = (tail.endsWith('\n') ? tail.slice(0, -1) : tail).replace(/(?<!\n)\n+(?!\n|$)/g, `$&${indent}`)
  return `|${indicator}${chomping(text, tail)}\n${indent}${lines}${rest}`
}
