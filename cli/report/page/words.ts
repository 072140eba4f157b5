import { formatBytes } from '../../../lib/quantity.js'

const separated = new Intl.NumberFormat('en-GB')

/** A count with its noun: `1 policy`, `5,000 policies`. */
export function counted(count: number, one: string, many: string): string {
  return `${separated.format(count)} ${count === 1 ? one : many}`
}

export const number = (count: number): string => separated.format(count)
export const bytes = (count: number): string => formatBytes(Math.round(count))

/** An amount of money with as many digits as help: `$0.42`, `$1,240`. */
export function money(amount: number, currency: string): string {
  const digits = amount >= 100 ? 0 : 2
  const formats = moneyFormats(currency)
  return `${formats[digits].format(amount)}${isCode(currency) ? '' : ` ${currency}`}`
}

const isCode = (currency: string) => /^[A-Z]{3}$/.test(currency)
const known = new Map<string, Readonly<Record<0 | 2, Intl.NumberFormat>>>()

function moneyFormats(currency: string): Readonly<Record<0 | 2, Intl.NumberFormat>> {
  const found = known.get(currency)
  if (found !== undefined) return found
  const style = isCode(currency) ? ({ style: 'currency', currency } as const) : {}
  const of = (digits: number) =>
    new Intl.NumberFormat('en-US', { ...style, minimumFractionDigits: digits, maximumFractionDigits: digits })
  const made = { 0: of(0), 2: of(2) }
  known.set(currency, made)
  return made
}

/** Hours as the unit that people would use: `45 min`, `6 h`, `12 d`, `8 wk`, `2 y`. */
export function span(hours: number): string {
  if (hours < 1) return `${Math.round(hours * 60)} min`
  if (hours < 48) return `${round(hours)} h`
  if (hours < 24 * 60) return `${round(hours / 24)} d`
  if (hours < 24 * 365) return `${round(hours / 24 / 30.44)} mo`
  return `${round(hours / 24 / 365)} y`
}

const round = (value: number) => String(Math.round(value * 10) / 10)

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

export const dayNames: readonly string[] = weekdays

/** `Tuesday 03:00` of an hour of the week. */
export function hourName(hour: number): string {
  return `${weekdays[Math.floor(hour / 24)] ?? ''} ${clock(hour % 24)}`
}

export const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`
