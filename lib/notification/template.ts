import { nearestWord } from '../nearest-word.js'
import { type SummaryValues, type SummaryVariable, summaryVariables } from './summary.js'

/** `$$(` is a literal `$(`; `$(NAME)` stands for a value. */
const reference = /\$\$\(|\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g
const isVariable = (name: string | undefined): name is SummaryVariable =>
  name !== undefined && Object.hasOwn(summaryVariables, name)

/** Names that a text refers to, known or not. */
export function variablesOf(text: string): string[] {
  return [...text.matchAll(reference)].flatMap(([, name]) => name ?? [])
}

/**
 * Puts values in the place of `$(NAME)`, in one pass: a value is never looked at again. A name that nobody knows stays
 * as it is.
 * @param harmless what makes a value harmless where the text goes
 */
export function fillText(text: string, values: SummaryValues, harmless: (value: string) => string): string {
  return text.replace(reference, (whole, name: string | undefined) => {
    if (whole === '$$(') return '$('
    return isVariable(name) ? harmless(values[name]) : whole
  })
}

const asIs = (value: string) => value

/** Whether a body is meant to be JSON: it begins as an object or a list does. */
export const isMeantAsJson = (body: string): boolean => /^\s*[{[]/.test(body)

/** What keeps a body that is meant as JSON from being one; undefined when it is one. */
export function jsonProblem(body: string): string | undefined {
  try {
    JSON.parse(body)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * A body with its values. In one that is JSON a dollar sign can stand only inside a string, so a value that is escaped
 * as a part of a string never becomes anything else: no field, no item, no end of the string. Throws SyntaxError for
 * a body that begins like JSON and is none: nobody could say what its values would turn into.
 */
export function fillBody(body: string, values: SummaryValues): string {
  if (!isMeantAsJson(body) || variablesOf(body).length === 0) return fillText(body, values, asIs)
  JSON.parse(body)
  return fillText(body, values, value => JSON.stringify(value).slice(1, -1))
}

/** A path and query with their values, each percent-encoded: a value never becomes a further part of either. */
export const fillPath = (path: string, values: SummaryValues): string =>
  fillText(path, values, value => encodeURIComponent(value.replace(loneSurrogate, '\ufffd')))
// With the flag u a pair is one character, so only halves without the other match.
const loneSurrogate = /[\ud800-\udfff]/gu

/** A header’s value: RFC 9110 allows visible ASCII and spaces without doubt, and nothing that ends the line. */
export const fillHeader = (value: string, values: SummaryValues): string =>
  fillText(value, values, text => text.replace(/[^\x20-\x7e]+/g, ' ').trim())

/** A field of a form; the form’s own encoding makes it harmless. */
export const fillField = (value: string, values: SummaryValues): string => fillText(value, values, asIs)

/** What a name means that nobody knows, as a sentence with the likely one. */
export function unknownVariable(name: string): string | undefined {
  if (isVariable(name)) return undefined
  const near = nearestWord(name, Object.keys(summaryVariables))
  const hint =
    near === undefined ? `the variables are ${Object.keys(summaryVariables).join(', ')}` : `did you mean $(${near})?`
  return `$(${name}) is no variable of a session’s summary; ${hint} A literal $( is written $$(`
}
