import { cronCalendar } from '../calendar/slots.js'
import { minutesPerDay } from '../calendar/zone.js'
import { formatDuration } from '../duration.js'
import type { Fleet } from '../fleet/fleet.js'
import { limitOf, type ResourceKind, resourceKinds, type StaggerLimits } from '../stagger/job.js'
import { claimCollisions, type Span, selfCollisions } from './claim-collisions.js'
import type { Collision } from './collision.js'
import { atRun, cronJobParties, type Durations, type Party, policyParties, runBefore } from './party.js'
import { type LineReport, standInLine } from './waiting-line.js'

export interface CollisionOptions {
  /** The first day, UTC. */
  readonly from: Date
  /** @default 366 */
  readonly days?: number
  /** @default - what the Repositories allow */
  readonly limits?: StaggerLimits
  /** @default - what the policies say, else 10 minutes */
  readonly durations?: Durations
}

/**
 * Every way in which the runs of a fleet collide within a year, by simulation: each pair or resource once, with its first
 * minute. Sessions on a full store stand in line; that is a collision only when one waits longer than its startDeadline.
 */
export function collisionsOf(fleet: Fleet, options: CollisionOptions): Collision[] {
  const { from, days = 366, limits = {}, durations } = options
  const first = Math.floor(from.getTime() / 60_000 / minutesPerDay) * minutesPerDay
  const span = { from: first, to: first + days * minutesPerDay }
  const policies = policyParties(fleet, durations)
  const found = [
    ...claimCollisions([...policies, ...cronJobParties(fleet, durations)], span),
    ...selfCollisions(policies, span),
    ...(['store', 'nodePool', 'storageClass'] as const).flatMap(kind => crowds(kind, policies, limits, span)),
  ]
  return found.sort((a, b) => a.first.getTime() - b.first.getTime() || (a.subject < b.subject ? -1 : 1))
}

function crowds(kind: ResourceKind, policies: readonly Party[], limits: StaggerLimits, span: Span): Collision[] {
  const groups = new Map<string, Party[]>()
  for (const party of policies) {
    const name = party[kind]
    if (name === undefined) continue
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [party])
    else group.push(party)
  }
  return [...groups].flatMap(([name, parties]) => {
    const own = kind === 'store' ? Math.min(...parties.map(({ storeLimit = Infinity }) => storeLimit)) : Infinity
    const limit = limitOf(limits, kind, name, own)
    if (isQuiet(parties, limit)) return []
    // A store has its sessions wait; nothing makes a node pool’s wait.
    const report = standInLine(parties, limit, kind === 'store' ? 'own' : 'none', span)
    const subject = `${resourceKinds[kind]} ${name}`
    return [
      ...tooMany(kind, subject, { limit, parties, report }),
      ...(kind === 'store' ? withoutPause(subject, parties, report) : []),
    ]
  })
}

function isQuiet(parties: readonly Party[], limit: number): boolean {
  const runs = parties.map(({ schedule, duration }) => cronCalendar(schedule.expression).times.length * duration)
  return parties.length <= limit && runs.reduce((sum, each) => sum + each, 0) < minutesPerDay
}

interface Crowd {
  readonly limit: number
  readonly parties: readonly Party[]
  readonly report: LineReport
}

function tooMany(rule: ResourceKind, subject: string, { limit, parties, report }: Crowd): Collision[] {
  const { firstLate, late, longestWait } = report
  if (firstLate === undefined) return []
  const { minute, party, working } = firstLate
  const present = [...working, party].flatMap(index => parties[index] ?? [])
  const waits = `the longest waits ${formatDuration(longestWait * 60_000)}`
  return [
    {
      rule,
      subject,
      first: new Date(minute * 60_000),
      times: late,
      parties: present.map(each => atRun(each, runBefore(each, minute))),
      detail: rule === 'store' ? `at most ${limit} at once; ${waits}` : `at most ${limit} at once`,
    },
  ]
}

function withoutPause(
  subject: string,
  parties: readonly Party[],
  { restless, firstRestless }: LineReport,
): Collision[] {
  const party = parties[firstRestless?.party ?? -1]
  if (firstRestless === undefined || party === undefined) return []
  const { minute } = firstRestless
  return [
    {
      rule: 'maintenance',
      subject,
      first: new Date(minute * 60_000),
      times: restless,
      parties: [atRun(party, minute)],
      detail: `${parties.length} policies keep it at work`,
    },
  ]
}
