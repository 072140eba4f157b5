import { type CronField, parseCronFields } from '../cron-fields.js'
import type { Schedule } from '../schedule.js'
import { enumeration } from './amount.js'

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const monthNames = 'January February March April May June July August September October November December'.split(' ')
const utc = new Set(['UTC', 'Etc/UTC'])

/** A schedule as people say it: `daily at 03:00 Europe/Berlin`; the cron expression where words would be longer. */
export function scheduleWords({ expression, timeZone }: Schedule): string {
  const zone = utc.has(timeZone) ? 'UTC' : timeZone
  const [minutes, hours, dates, months, weekdays] = parseCronFields(expression)
  if (minutes === undefined || hours === undefined || dates === undefined) return `${expression} ${zone}`
  const time = timeWords(minutes, hours)
  const day = dayWords(dates, months, weekdays)
  if (time === undefined || day === undefined) return `by ‘${expression}’ ${zone}`
  return `${day === '' && time.startsWith('at') ? 'daily ' : day}${day === '' ? '' : ' '}${time} ${zone}`
}

function timeWords(minutes: CronField, hours: CronField): string | undefined {
  const everyHour = hours.values.length === 24
  const [minute = 0] = minutes.values
  if (minutes.values.length > 1) {
    const step = evenStep(minutes.values, 60)
    if (step === undefined || !everyHour) return undefined
    return step === 1 ? 'every minute' : `every ${step} minutes`
  }
  if (everyHour) return `hourly at minute ${minute}`
  const step = hours.values.length > 4 ? evenStep(hours.values, 24) : undefined
  const [hour = 0] = hours.values
  if (step !== undefined) return `every ${step} hours from ${clock(hour, minute)}`
  if (hours.values.length > 4) return undefined
  return `at ${enumeration(hours.values.map(each => clock(each, minute)))}`
}

function dayWords(dates: CronField, months: CronField | undefined, weekdays: CronField | undefined) {
  const everyMonth = months === undefined || months.values.length === 12
  const anyWeekday = weekdays === undefined || weekdays.values.length === 7
  if (!dates.star && !anyWeekday) return undefined
  const inMonths = everyMonth
    ? ''
    : ` of ${enumeration(
        months.values.map(each => monthNames[each - 1] ?? ''),
        12,
      )}`
  if (!anyWeekday) return everyMonth ? weekdayWords(weekdays.values) : undefined
  if (dates.star) return everyMonth ? '' : undefined
  if (dates.values.length > 4) return undefined
  const on = `on day ${enumeration(dates.values.map(String))}`
  return everyMonth ? `monthly ${on}` : `yearly ${on}${inMonths}`
}

function weekdayWords(values: readonly number[]): string {
  if (values.join() === '1,2,3,4,5') return 'on weekdays'
  const names = enumeration(
    values.map(each => dayNames[each] ?? ''),
    7,
  )
  return values.length === 1 ? `weekly on ${names}` : `on ${names}`
}

function evenStep(values: readonly number[], whole: number): number | undefined {
  const step = whole / values.length
  const even = Number.isInteger(step) && values.every((value, index) => value === (values[0] ?? 0) + index * step)
  return even ? step : undefined
}

const clock = (hour: number, minute: number) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
