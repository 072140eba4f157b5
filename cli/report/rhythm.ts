import type { WrittenSchedule } from '../../lib/calendar/slots.js'

/**
 * A schedule that keeps the same snapshots as another, but for minutes: what starts at one minute of the hour starts at
 * the full hour, and what starts once a day starts at midnight UTC. So a fleet whose runs are spread over a night has
 * as many retention simulations as it has kinds of policies, not as many as policies.
 */
export function rhythmOf({ expression, timeZone }: WrittenSchedule): WrittenSchedule {
  const [minute, hour, ...days] = expression.trim().split(/\s+/)
  if (minute === undefined || hour === undefined || days.length !== 3 || !isOne(minute)) return { expression, timeZone }
  if (isOne(hour)) return { expression: ['0', '0', ...days].join(' '), timeZone: 'UTC' }
  return { expression: ['0', hour, ...days].join(' '), timeZone: hour === '*' ? 'UTC' : timeZone }
}

const isOne = (field: string) => /^\d+$/.test(field)
