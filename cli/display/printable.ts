const hidden = /\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/gu
const escapeCode = String.fromCodePoint(27)
const colour = new RegExp(`${escapeCode}\\[[0-9;]*m`, 'g')

/** Text of others on one line: what a terminal would act on, or hide words with, is written out as `\u001b`. */
export const printable = (text: string): string => text.replace(hidden, escaped)

/** The same for a text whose colours, lines and tabs are ours. */
export function printableLines(text: string): string {
  const parts = text.split(colour)
  const colours = text.match(colour) ?? []
  const safe = parts.map(part => part.replace(hidden, each => (each === '\n' || each === '\t' ? each : escaped(each))))
  return safe.map((part, index) => `${part}${colours[index] ?? ''}`).join('')
}

/** A character as its code, `\u001b`. */
export function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
