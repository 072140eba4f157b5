/** One place at which two end states differ: the path to it, and what is there in each. */
export interface Difference {
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** The places at which `actual` differs from `expected`, deepest first known. */
export function differences(expected: unknown, actual: unknown, path = ''): Difference[] {
  if (Object.is(expected, actual)) return []
  if (!isRecord(expected) || !isRecord(actual) || Array.isArray(expected) !== Array.isArray(actual))
    return [{ path, expected, actual }]
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort()
  return keys.flatMap(key => differences(expected[key], actual[key], path === '' ? key : `${path} / ${key}`))
}

const text = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value))

/** For people: what was expected, and what is there. */
export const sentenceOf = ({ path, expected, actual }: Difference): string =>
  `${path}: expected ${text(expected)}, got ${text(actual)}`
