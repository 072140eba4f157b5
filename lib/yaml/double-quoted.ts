/** Below this length of the JSON text, line breaks stay escapes; from it on, the text is written on several lines. */
const shortestFolded = 40

/** What a reader refuses or takes for a line break when it stands raw, even between quotes. */
const unreadable = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g

const shortEscapes: Readonly<Record<string, string>> = {
  '0000': '\\0',
  '0007': '\\a',
  '000b': '\\v',
  '001b': '\\e',
  '0085': '\\N',
  '2028': '\\L',
  '2029': '\\P',
}

function escapeOf(code: string): string {
  return shortEscapes[code] ?? (code.startsWith('00') ? `\\x${code.slice(2)}` : `\\u${code}`)
}

/** The text between double quotes on one line; every character that a reader could stumble over is escaped. */
export function doubleQuoted(text: string): string {
  const json = JSON.stringify(text)
  const named = json.includes('\\u')
    ? json.replace(/\\(?:u([0-9a-f]{4})|.)/g, (whole, code?: string) => (code === undefined ? whole : escapeOf(code)))
    : json
  return named
    .replace(unreadable, character => escapeOf(character.charCodeAt(0).toString(16).padStart(4, '0')))
    .replaceAll(' \\n', '\\ \\n')
}

/**
 * The text between double quotes, and where it is long, its lines on lines of their own: a line break becomes an
 * empty line, and a space beside it is escaped, because readers fold what stands there. The break at the very end
 * stays an escape.
 */
export function foldedDoubleQuoted(text: string, indent: string): string {
  const line = doubleQuoted(text)
  if (JSON.stringify(text).length < shortestFolded) return line
  return line.replace(/(?:\\n)+|\\./g, (run, offset: number) => {
    if (!run.startsWith('\\n')) return run
    const next = line.charAt(offset + run.length)
    const breaks = run.length / 2
    if (next !== '"') return `\n${'\n'.repeat(breaks)}${indent}${next === ' ' ? '\\' : ''}`
    return breaks === 1 ? run : `${'\n'.repeat(breaks)}${indent}\\n`
  })
}
