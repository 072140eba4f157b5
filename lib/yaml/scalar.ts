import { blockScalar, fitsBlockScalar } from './block-scalar.js'
import { doubleQuoted, foldedDoubleQuoted } from './double-quoted.js'
import { hasImplicitType } from './implicit-type.js'
import { hasLoneSurrogate } from './json-value.js'
import { Unwritable } from './unwritable.js'

/** The common case: begins with a letter and holds no syntax but what `exception` finds. */
const ordinary = /^[A-Za-z/_$(][\w ./:@%+=,;~^$()*!?<>|"'{}[\]&`\\-]*$/
const exception = /: | #|[: ]$|^[eE][-+]?\d+$/
/** No word that YAML takes for null or a boolean is longer. */
const longestWord = 5

/** What YAML does not allow raw, and what a reader refuses or takes for a line break. */
const mustEscape = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\p{Surrogate}]/u
const mustQuote = /^$|^[\t ,[\]{}#&*!|>'"%@`]|^[?-]$|^[?-][ \t]|:[ \t]|[\t ]#|[\t :]$/
const documentMarker = /^(?:%|---|\.\.\.)/

function quoted(text: string): string {
  return text.includes('"') && !text.includes("'") ? `'${text}'` : doubleQuoted(text)
}

function line(text: string): string {
  return mustQuote.test(text) || hasImplicitType(text) ? quoted(text) : text
}

function isOrdinary(text: string): boolean {
  return text.length > longestWord && ordinary.test(text) && !exception.test(text)
}

function needsEscapes(text: string): boolean {
  if (!mustEscape.test(text)) return false
  if (hasLoneSurrogate(text)) throw new Unwritable()
  return true
}

/**
 * A string that is the whole document. Readers disagree on how far its lines are indented and on what looks like the
 * mark of another document, so it stays on one line.
 */
export function documentScalar(text: string): string {
  return needsEscapes(text) || text.includes('\n') || documentMarker.test(text) ? doubleQuoted(text) : line(text)
}

/** A string as a value. `indent`, which is not empty, is where the lines after the first begin. */
export function stringScalar(text: string, indent: string): string {
  if (isOrdinary(text)) return text
  if (needsEscapes(text)) return foldedDoubleQuoted(text, indent)
  if (!text.includes('\n')) return line(text)
  return fitsBlockScalar(text) ? blockScalar(text, indent) : foldedDoubleQuoted(text, indent)
}

/** A string as the key of a mapping: on one line, whatever it holds. `indent` is where that line begins. */
export function keyScalar(text: string, indent: string): string {
  if (isOrdinary(text)) return text
  if (needsEscapes(text) || text.includes('\n')) return doubleQuoted(text)
  return indent === '' && documentMarker.test(text) ? quoted(text) : line(text)
}
