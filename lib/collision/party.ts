import { slotMinutes, type WrittenSchedule } from '../calendar/slots.js'
import { offsetAt } from '../calendar/zone.js'
import { tryParseDuration } from '../duration.js'
import { claimKey } from '../fleet/claim.js'
import type { ForeignCronJob } from '../fleet/cron-job.js'
import type { Fleet } from '../fleet/fleet.js'
import type { FleetPolicy } from '../fleet/policy.js'
import { defaultExpectedDuration, expectedDuration } from '../objective/expected-duration.js'
import { defaultMaxConcurrentSessions } from '../repository-defaults.js'
import { defaultStartDeadline } from '../resolver-defaults.js'
import { nodePoolOf } from '../stagger/node-pool.js'
import type { CollisionParty } from './collision.js'

/** Whoever runs by a schedule; minutes throughout. */
export interface Party {
  readonly kind: CollisionParty['kind']
  readonly namespace: string
  readonly name: string
  readonly position: string
  readonly schedule: WrittenSchedule
  readonly duration: number
  /** `namespace/name` of the claims it works on. */
  readonly claims: readonly string[]
  readonly store?: string
  readonly storeLimit?: number
  readonly nodePool?: string
  readonly storageClass?: string
  /** How long a run may wait for its turn. */
  readonly patience: number
}

/** Milliseconds that a policy’s sessions, or a CronJob’s runs, are expected to take; undefined: as stated, else 10 minutes. */
export type Durations = (of: FleetPolicy | ForeignCronJob) => number | undefined

const minutes = (ms: number) => Math.max(1, Math.ceil(ms / 60_000))

/** The policies of a fleet that run by themselves, sorted. */
export function policyParties(fleet: Fleet, durations: Durations = () => undefined): Party[] {
  const classes = new Map(fleet.claims.map(claim => [claimKey(claim), claim.storageClassName]))
  return fleet.policies
    .flatMap((policy): Party[] => {
      const { schedule, spec, namespace, name, position, repository } = policy
      if (schedule === undefined || spec.paused === true) return []
      const claim = `${namespace}/${policy.claim}`
      const nodePool = nodePoolOf(policy.labels, spec.runtimeSettings?.pod?.nodeSelector)
      const storageClass = classes.get(claim)
      const storeLimit =
        repository === undefined ? undefined : (repository.spec.maxConcurrentSessions ?? defaultMaxConcurrentSessions)
      return [
        {
          kind: 'BackupConfiguration',
          namespace,
          name,
          position,
          schedule,
          duration: minutes(durations(policy) ?? expectedDuration(policy.annotations)),
          claims: [claim],
          store: policy.store,
          ...(storeLimit === undefined ? {} : { storeLimit }),
          ...(nodePool === undefined ? {} : { nodePool }),
          ...(storageClass === undefined ? {} : { storageClass }),
          patience: minutes(tryParseDuration(spec.startDeadline ?? defaultStartDeadline) ?? 0),
        },
      ]
    })
    .sort(byName)
}

/** The CronJobs of others, sorted. */
export function cronJobParties(fleet: Fleet, durations: Durations = () => undefined): Party[] {
  return fleet.cronJobs
    .map((job): Party => {
      const { namespace, name, position, schedule } = job
      const duration = minutes(durations(job) ?? defaultExpectedDuration)
      const claims = job.claims.map(claim => `${namespace}/${claim}`)
      return { kind: 'CronJob', namespace, name, position, schedule, duration, claims, patience: 0 }
    })
    .sort(byName)
}

function byName(a: Party, b: Party): number {
  return order(a.namespace, b.namespace) || order(a.name, b.name) || order(a.kind, b.kind)
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** A party as it is reported, with the run that takes part. */
export function atRun(party: Party, minute: number): CollisionParty {
  const { kind, namespace, name, position, schedule } = party
  const { expression, timeZone } = schedule
  const local = new Date((minute + offsetAt(timeZone, minute)) * 60_000).toISOString()
  const localRun = local.slice(0, 16).replace('T', ' ')
  return { kind, namespace, name, position, expression, timeZone, run: new Date(minute * 60_000), localRun }
}

/** The newest slot of a party at or before a minute, within the last two days. */
export function runBefore(party: Party, minute: number): number {
  return slotMinutes(party.schedule, minute - 2 * 1440, minute + 1).at(-1) ?? minute
}
