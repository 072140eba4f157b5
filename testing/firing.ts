import { policyKey } from '../lib/fleet/policy.js'
import { nextSlot, previousSlot, type Schedule } from '../lib/schedule.js'
import { readableSpan } from '../lib/time-span.js'
import type { PolicyUnderTest } from './fleet-under-test.js'
import { dayOf, localMinute, type PointInTime, timeOf, utcMinute } from './point-in-time.js'
import { triggerFault } from './trigger.js'
import { indented, type Verdict } from './verdict.js'

const minute = 60_000

/**
 * Whether a policy’s CronJob fires at a minute, or, given a date alone (`2026-12-24`), at any time of that day by the
 * clock of its schedule.
 */
export function judgeFiring(policy: PolicyUnderTest, when: PointInTime): Verdict {
  const name = policyKey(policy)
  const { schedule } = policy
  const day = dayOf(when)
  const time = day === undefined ? timeOf(when) : new Date(`${day}T12:00:00Z`)
  const wanted = day ?? utcMinute(time)
  if (schedule === undefined) return never(`${name} does not fire on ${wanted}: it has no schedule`)
  const fault = triggerFault(policy)
  if (fault !== undefined) return never(`${name} does not fire on ${wanted}: ${fault}`)
  const slot = day === undefined ? slotAt(schedule, time) : slotOnDay(schedule, day)
  return {
    pass: slot !== undefined,
    failure: () => missed(name, schedule, wanted, time),
    contrary: () => `${name} fires on ${wanted}: ${slot === undefined ? '' : described(slot, schedule)}`,
  }
}

const never = (message: string): Verdict => ({ pass: false, failure: () => message, contrary: () => message })

function slotAt(schedule: Schedule, time: Date): Date | undefined {
  const start = Math.floor(time.getTime() / minute) * minute
  const slot = nextSlot(schedule, new Date(start - 1))
  return slot?.getTime() === start ? slot : undefined
}

// No zone is more than 15 hours off, so the day lies within two days of its name in UTC.
function slotOnDay(schedule: Schedule, day: string): Date | undefined {
  const middle = Date.parse(`${day}T00:00:00Z`)
  let slot = nextSlot(schedule, new Date(middle - 24 * 60 * minute))
  while (slot !== undefined && slot.getTime() < middle + 48 * 60 * minute) {
    if (localMinute(slot, schedule.timeZone).startsWith(day)) return slot
    slot = nextSlot(schedule, slot)
  }
  return undefined
}

function missed(name: string, schedule: Schedule, wanted: string, time: Date): string {
  const before = previousSlot(schedule, time)
  const after = nextSlot(schedule, time)
  const lines = [
    ...(before === undefined ? [] : [`before: ${described(before, schedule)}, ${distance(before, time)} earlier`]),
    ...(after === undefined ? [] : [`after:  ${described(after, schedule)}, ${distance(after, time)} later`]),
  ]
  return `${name} does not fire on ${wanted} (${schedule.expression} ${schedule.timeZone}):\n${indented(lines)}`
}

const described = (slot: Date, { timeZone }: Schedule): string => `${utcMinute(slot)} (${localMinute(slot, timeZone)})`
const distance = (slot: Date, time: Date): string => readableSpan(Math.abs(slot.getTime() - time.getTime()))
