/** Words that YAML 1.1 or 1.2 reads as null or a boolean, in every spelling that a reader accepts. */
const words = new Set(
  ['~', 'null', 'y', 'n', 'yes', 'no', 'true', 'false', 'on', 'off'].flatMap(word => [
    word,
    word.toUpperCase(),
    word.charAt(0).toUpperCase() + word.slice(1),
  ]),
)

/** The first characters of a number; `e5` is one to YAML 1.1, which asks for no digit before the exponent. */
const numberStart = /^[-+.\deE]/

/** Integers, floats and sexagesimal numbers of YAML 1.1. */
const oldNumber = [
  /^[-+]?0b[0-1_]+$/,
  /^[-+]?[0-9][0-9_]*$/,
  /^[-+]?0x[0-9a-fA-F_]+$/,
  /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
  /^[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+$/,
  /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*$/,
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
]

/** Numbers by the rules of Go, which takes every underscore away first, and the octal numbers of YAML 1.2. */
const goNumber =
  /^[-+]?(?:0[oO][0-7]+|0[bB][01]+|0[xX][0-9a-fA-F]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$/

/** What Go's YAML reader cuts the prefix off before it reads the rest as a number, which may have a sign of its own. */
const signedAfterPrefix = /^(?:0b[-+][01]+|0o[-+][0-7]+)$/

/** Dates and times of YAML 1.1; to Go, a comma begins the fraction of a second as well as a dot. */
const timestamp =
  /^\d{4}-\d{1,2}-\d{1,2}(?:(?:t|T|[ \t]+)\d{1,2}:\d{1,2}:\d{1,2}(?:[.,]\d+)?(?:[ \t]*(?:Z|[-+][012]?\d(?::\d{2})?))?)?$/

/**
 * True when some reader takes the plain text for something else than a string: null, a boolean, a number or a time of
 * YAML 1.1, YAML 1.2 or Go, or the merge key or value key of YAML 1.1, which PyYAML refuses.
 */
export function hasImplicitType(text: string): boolean {
  if (words.has(text) || text === '<<' || text === '=') return true
  if (!numberStart.test(text)) return false
  const digits = text.replaceAll('_', '')
  return (
    [goNumber, signedAfterPrefix].some(form => form.test(digits)) ||
    [...oldNumber, timestamp].some(form => form.test(text))
  )
}
