/** One field of a cron expression, read: which values match, and whether it was a plain star. */
export interface CronField {
  readonly values: readonly number[]
  /** Written as `*` or `?` without a step: then it does not take part in the day-of-month OR day-of-week rule. */
  readonly star: boolean
}

interface Bounds {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const fields: readonly Bounds[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { name: 'day of week', min: 0, max: 6, names: 'sun mon tue wed thu fri sat'.split(' ') },
]
const macros: Readonly<Record<string, string>> = {
  // A text such as `constructor` is no macro.
  __proto__: null as never,
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/**
 * The five fields (minute, hour, day of month, month, day of week) of what a Kubernetes CronJob accepts, which is
 * robfig/cron v3 `ParseStandard`, less `@every`. Throws RangeError with the field, the value and the likely fix.
 */
export function parseCronFields(expression: string): readonly CronField[] {
  const text = expression.trim()
  refuseForeign(text)
  const parts = (macros[text] ?? text).split(/\s+/)
  if (parts.length !== fields.length) {
    const hint = parts.length > fields.length ? ' Kubernetes has no field for seconds or years.' : ''
    const found = text === '' ? 'nothing' : `${parts.length} in '${text}'`
    throw new RangeError(
      `a schedule has five fields (minute hour day-of-month month day-of-week); got ${found}.${hint}`,
    )
  }
  return fields.map((bounds, index) => parseField(parts[index] ?? '', bounds))
}

function refuseForeign(text: string): void {
  if (/^(CRON_)?TZ=/.test(text)) {
    throw new RangeError(`'${text}' carries a time zone; Kubernetes refuses that. Use the field timeZone`)
  }
  if (text.startsWith('@every')) {
    throw new RangeError(`'${text}' counts from when the controller started, not by the clock. Write five cron fields`)
  }
  if (text.startsWith('@') && macros[text] === undefined) {
    throw new RangeError(`'${text}' is not a macro of Kubernetes; it knows ${Object.keys(macros).join(', ')}`)
  }
}

function parseField(text: string, bounds: Bounds): CronField {
  const values = new Set<number>()
  let star = false
  const ranges = text.split(',').filter(range => range !== '')
  if (ranges.length === 0) throw refusal(text, bounds, 'is empty')
  for (const range of ranges) {
    const { first, last, step, isStar } = parseRange(range, bounds)
    star ||= isStar && step === 1
    for (let value = first; value <= last; value += step) values.add(value)
  }
  return { values: [...values].sort((a, b) => a - b), star }
}

function parseRange(range: string, bounds: Bounds) {
  const [span = '', stepText, ...moreSteps] = range.split('/')
  const [low = '', high, ...moreEnds] = span.split('-')
  if (moreSteps.length > 0) throw refusal(range, bounds, 'has more than one slash')
  if (moreEnds.length > 0) throw refusal(range, bounds, 'has more than one hyphen')
  const step = stepText === undefined ? 1 : parseNumber(stepText, range, bounds)
  if (step === 0) throw refusal(range, bounds, 'has a step of zero')
  const isStar = span === '*' || span === '?'
  if (isStar) return { first: bounds.min, last: bounds.max, step, isStar }
  const first = parseValue(low, range, bounds)
  // robfig/cron: `5/15` means `5-59/15`.
  const last = high === undefined ? (stepText === undefined ? first : bounds.max) : parseValue(high, range, bounds)
  if (first < bounds.min || last > bounds.max) throw outside(range, bounds)
  if (first > last) throw refusal(range, bounds, 'begins after its end')
  return { first, last, step, isStar }
}

function parseValue(text: string, range: string, bounds: Bounds): number {
  const named = bounds.names?.indexOf(text.toLowerCase()) ?? -1
  return named >= 0 ? named + bounds.min : parseNumber(text, range, bounds)
}

function parseNumber(text: string, range: string, bounds: Bounds): number {
  if (/^\+?[0-9]+$/.test(text)) return Number(text)
  if (/[LW#]/i.test(text)) throw refusal(range, bounds, 'uses L, W or #, which Kubernetes does not know')
  throw refusal(range, bounds, text === '' ? 'lacks a number' : `has '${text}' where a number is expected`)
}

function outside(range: string, bounds: Bounds): RangeError {
  const sunday = bounds.name === 'day of week' && /7/.test(range) ? '; Sunday is 0 or SUN' : ''
  return refusal(range, bounds, `is outside ${bounds.min}-${bounds.max}${sunday}`)
}

function refusal(text: string, bounds: Bounds, what: string): RangeError {
  return new RangeError(`${bounds.name} '${text}' ${what}`)
}
