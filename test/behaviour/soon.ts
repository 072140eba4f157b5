import { Schedule } from '../../constructs/index.js'

const margin = 10_000

/** A schedule whose next slot is the coming minute, and the one after that a day later: what it fires is one session. */
export function soon(): Schedule {
  const slot = new Date(Date.now() + 60_000 + margin)
  return Schedule.cron(`${slot.getUTCMinutes()} ${slot.getUTCHours()} * * *`)
}
