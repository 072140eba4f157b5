import type { Fleet } from '../fleet/fleet.js'
import { fieldAt, textOf } from '../fleet/manifest.js'
import type { FleetPolicy } from '../fleet/policy.js'
import { podsOf } from '../fleet/policy-pods.js'
import { restrictedViolations } from '../pod-security/restricted.js'
import { containersOf } from '../pod-security/violation.js'
import { millisecondsOf, readableSpan, type TimeSpan } from '../time-span.js'
import { type FleetRule, fleetRule } from './fleet-rule.js'
import { retentionReach } from './retention-reach.js'
import { clusterBound } from './store-location.js'

/** Which policies a ready rule is about. */
export interface RuleScope {
  /** @default - every policy */
  readonly applies?: (policy: FleetPolicy, fleet: Fleet) => boolean
}

/**
 * Ready rules, each under a code of the fleet’s own. What a rule cannot prove from git alone counts as broken, and the
 * message says what is missing.
 */
export const rules = {
  /** Every policy states a recovery point objective of at most this. That its schedule keeps it is HF5201’s matter. */
  objectiveAtMost(code: string, span: TimeSpan, scope: RuleScope = {}): FleetRule {
    const most = millisecondsOf(span)
    const title = `recovery point objective of at most ${readableSpan(most)}`
    return fleetRule({ code, title, ...scope, check: policy => objectiveFault(policy, most) })
  },

  /** At any moment, once it has run long enough, every policy can restore a state at least this old. */
  retentionAtLeast(code: string, span: TimeSpan, scope: RuleScope = {}): FleetRule {
    const least = millisecondsOf(span)
    const title = `restorable ${readableSpan(least)} back`
    return fleetRule({ code, title, ...scope, check: policy => retentionFault(policy, least) })
  },

  /** Every policy stores outside its cluster: neither on one of its volumes nor at a name only the cluster knows. */
  offsite(code: string, scope: RuleScope = {}): FleetRule {
    return fleetRule({ code, title: 'stored outside the cluster', ...scope, check: offsiteFault })
  },

  /** Every policy uses a repository of its own namespace, so that no Secret with its keys is needed elsewhere. */
  ownRepository(code: string, scope: RuleScope = {}): FleetRule {
    return fleetRule({ code, title: 'repository of its own namespace', ...scope, check: foreignRepository })
  },

  /** Every container of every policy names its image by digest: `…@sha256:…`. */
  imagesByDigest(code: string, scope: RuleScope = {}): FleetRule {
    return fleetRule({ code, title: 'images by digest', ...scope, check: imageFault })
  },

  /** Every pod of every policy passes Pod Security `restricted`. */
  restricted(code: string, scope: RuleScope = {}): FleetRule {
    return fleetRule({ code, title: 'Pod Security restricted', ...scope, check: restrictedFault })
  },
} as const

function objectiveFault({ objective }: FleetPolicy, most: number): string | undefined {
  if (objective === undefined) return 'states no recovery point objective; set rpo'
  return objective <= most ? undefined : `its objective is ${readableSpan(objective)}; at most ${readableSpan(most)}`
}

function retentionFault({ schedule, spec }: FleetPolicy, least: number): string | undefined {
  if (schedule === undefined) return 'has no schedule, so nothing is proven about the age of its snapshots'
  if (spec.retentionPolicy.dryRun === true) return undefined
  const reach = retentionReach(spec.retentionPolicy, schedule)
  if (reach >= least) return undefined
  return `surely restores only ${readableSpan(reach)} back; at least ${readableSpan(least)} asked. Keep more, or longer`
}

function offsiteFault({ repository, spec }: FleetPolicy): string | undefined {
  if (repository === undefined)
    return `its Repository ${spec.repository.name} is not part of the fleet, so its place is unknown`
  const place = clusterBound(repository)
  return place === undefined ? undefined : `stores on ${place}; a lost cluster takes its backups along`
}

function foreignRepository({ namespace, spec }: FleetPolicy): string | undefined {
  const home = spec.repository.namespace ?? namespace
  return home === namespace ? undefined : `uses the repository ${home}/${spec.repository.name} of another namespace`
}

const unresolved =
  'its Job is resolved by the controller, so git does not say what will run; give it a Repository with a spec'

function imageFault(policy: FleetPolicy, fleet: Fleet): string | undefined {
  if (policy.jobTemplate === undefined) return unresolved
  for (const { role, spec } of podsOf(fleet, policy)) {
    const loose = containersOf(spec).find(({ container }) => !/@sha256:[0-9a-f]{64}$/.test(imageOf(container)))
    if (loose === undefined) continue
    return `${role} ${loose.place} has the image '${imageOf(loose.container)}'; expected one that ends in @sha256:…`
  }
  return undefined
}

const imageOf = (container: unknown): string => textOf(fieldAt(container, 'image')) ?? ''

function restrictedFault(policy: FleetPolicy, fleet: Fleet): string | undefined {
  if (policy.jobTemplate === undefined) return unresolved
  for (const pod of podsOf(fleet, policy)) {
    const [violation] = restrictedViolations(pod)
    if (violation !== undefined) return `${pod.role} ${violation.field} ${violation.message} (${violation.control})`
  }
  return undefined
}
