import { cronCalendar, slotMinutes } from '../calendar/slots.js'
import { minutesPerDay } from '../calendar/zone.js'
import { formatDuration } from '../duration.js'
import type { Collision } from './collision.js'
import { atRun, type Party } from './party.js'

/** Minutes since 1970: `from <= minute < to`. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Runs of different parties on one claim, of which at least one is a backup, that overlap; one collision for each pair. */
export function claimCollisions(parties: readonly Party[], span: Span): Collision[] {
  const byClaim = new Map<string, Party[]>()
  for (const party of parties) {
    for (const claim of party.claims) {
      const others = byClaim.get(claim)
      if (others === undefined) byClaim.set(claim, [party])
      else others.push(party)
    }
  }
  return [...byClaim].flatMap(([claim, sharing]) =>
    sharing.length > 1 && sharing.some(({ kind }) => kind === 'BackupConfiguration')
      ? sharedClaim(claim, sharing, span)
      : [],
  )
}

interface Run {
  readonly party: number
  readonly minute: number
}
interface Meeting {
  readonly first: readonly [Run, Run]
  times: number
}

// Each run is held against the one at work that ends last: that finds a collision wherever there is one, in one sweep.
function sharedClaim(claim: string, sharing: readonly Party[], span: Span): Collision[] {
  const runs = sharing.flatMap(({ schedule }, party) =>
    slotMinutes(schedule, span.from, span.to).map((minute): Run => ({ party, minute })),
  )
  runs.sort((a, b) => a.minute - b.minute || a.party - b.party)
  const meetings = new Map<string, Meeting>()
  const endOf = (run: Run) => run.minute + (sharing[run.party]?.duration ?? 0)
  const working: Run[] = []
  for (const run of runs) {
    for (let index = working.length - 1; index >= 0; index -= 1) {
      const other = working[index]
      if (other === undefined || endOf(other) <= run.minute) working.splice(index, 1)
    }
    const partner = working
      .filter(other => other.party !== run.party && isBackup(sharing, other, run))
      .sort((a, b) => endOf(b) - endOf(a) || a.party - b.party)[0]
    if (partner !== undefined) {
      const key = [partner.party, run.party].sort((a, b) => a - b).join(' ')
      const meeting = meetings.get(key) ?? { first: [partner, run] as const, times: 0 }
      meeting.times += 1
      meetings.set(key, meeting)
    }
    working.push(run)
    // More at once than anybody reads about.
    if (working.length > 8) working.shift()
  }
  return [...meetings.values()].flatMap(meeting => collisionOf(claim, sharing, meeting))
}

function isBackup(sharing: readonly Party[], ...runs: readonly Run[]): boolean {
  return runs.some(({ party }) => sharing[party]?.kind === 'BackupConfiguration')
}

function collisionOf(claim: string, sharing: readonly Party[], { first, times }: Meeting): Collision[] {
  const [earlier, later] = [sharing[first[0].party], sharing[first[1].party]]
  if (earlier === undefined || later === undefined) return []
  const both = earlier.kind === 'BackupConfiguration' && later.kind === 'BackupConfiguration'
  return [
    {
      rule: both ? 'claim' : 'cronJob',
      subject: `claim ${claim}`,
      first: new Date(first[1].minute * 60_000),
      times,
      parties: [atRun(earlier, first[0].minute), atRun(later, first[1].minute)],
      detail: `${earlier.kind} ${earlier.namespace}/${earlier.name} is reckoned with ${formatDuration(earlier.duration * 60_000)}`,
    },
  ]
}

/** Policies that are due again before their last session is expected to be done. */
export function selfCollisions(parties: readonly Party[], span: Span): Collision[] {
  return parties.flatMap((party): Collision[] => {
    if (!mayOverlap(party)) return []
    const slots = slotMinutes(party.schedule, span.from, span.to)
    const early = slots.filter((slot, index) => index > 0 && slot - (slots[index - 1] ?? 0) < party.duration)
    const [first] = early
    if (first === undefined) return []
    return [
      {
        rule: 'self',
        subject: `claim ${party.claims[0]}`,
        first: new Date(first * 60_000),
        times: early.length,
        parties: [atRun(party, first)],
        detail: `its sessions are reckoned with ${formatDuration(party.duration * 60_000)}`,
      },
    ]
  })
}

// Most policies run once a day, and need no year of slots to be seen through.
function mayOverlap({ schedule, duration }: Party): boolean {
  const { times } = cronCalendar(schedule.expression)
  const first = times[0] ?? 0
  const gaps = times.map((time, index) => (times[index + 1] ?? first + minutesPerDay) - time)
  const clockChange = schedule.timeZone === 'Etc/UTC' || schedule.timeZone === 'UTC' ? 0 : 180
  return Math.min(...gaps) - clockChange < duration
}
