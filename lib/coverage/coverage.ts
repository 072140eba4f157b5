import { labels, managedBy } from '../api/group.js'
import { type Claim, claimKey, namespaceOf } from '../fleet/claim.js'
import type { Fleet } from '../fleet/fleet.js'
import type { Manifest } from '../fleet/manifest.js'
import type { FleetPolicy } from '../fleet/policy.js'
import { grouped } from '../grouped.js'
import { mountedClaims } from '../read-as/workload.js'
import {
  annotatedExemption,
  type ClaimExemption,
  ExemptionList,
  type GrantedExemption,
  listedExemption,
} from './exemption.js'
import { whyIdle } from './idle.js'

export interface CoverageOptions {
  /** The day on which exemptions are judged. */
  readonly today: Date
  /** Exemptions beside those that claims carry as annotations. @default - none */
  readonly exemptions?: readonly ClaimExemption[]
}

export type CoverageStatus = 'protected' | 'exempt' | 'unprotected'

/** Whether a claim is backed up, and by whom. */
export interface ClaimCoverage {
  readonly claim: Claim
  readonly status: CoverageStatus
  /** Policies that back it up by themselves. */
  readonly policies: readonly FleetPolicy[]
  /** Policies of the claim that do not: paused, without a schedule, of nothing, or into the claim itself. */
  readonly idle: readonly FleetPolicy[]
  /** Why and until when nobody has to; undefined unless the status is `exempt`. */
  readonly exemption: GrantedExemption | undefined
}

/**
 * Every claim of a fleet, once, with its protection. A policy protects its claim while it has a schedule, is not paused,
 * leaves something in, and stores it elsewhere. A claim that is both protected and exempt counts as protected.
 */
export function coverageOf(fleet: Fleet, options: CoverageOptions): ClaimCoverage[] {
  const byClaim = policiesByClaim(fleet)
  const list = new ExemptionList(options.exemptions ?? [])
  const own = ownClaims(fleet)
  const seen = new Set<string>()
  return fleet.claims.flatMap(claim => {
    const key = claimKey(claim)
    if (seen.has(key)) return []
    seen.add(key)
    const all = byClaim.get(key) ?? []
    const policies = all.filter(fires)
    const exemption = policies.length > 0 ? undefined : (own(claim) ?? grantedTo(claim, list, options.today))
    const status = policies.length > 0 ? 'protected' : exemption === undefined ? 'unprotected' : 'exempt'
    return [{ claim, status, policies, idle: all.filter(policy => !fires(policy)), exemption }]
  })
}

/** Whether a policy makes copies by itself. */
export const fires = (policy: FleetPolicy): boolean => whyIdle(policy) === undefined

/** The policies of each claim, under its key. */
export const policiesByClaim = ({ policies }: Fleet): Map<string, FleetPolicy[]> =>
  grouped(policies, ({ namespace, claim }) => claimKey({ namespace, name: claim }))

function grantedTo(claim: Claim, list: ExemptionList<ClaimExemption>, today: Date): GrantedExemption | undefined {
  const judged = [annotatedExemption(claim, today), ...list.about(claim).map(each => listedExemption(each, today))]
  return judged.flatMap(each => (each?.ok === true ? [each.exemption] : []))[0]
}

// A repository is not backed up into itself, and the Pushgateway’s file is rebuilt by the next push.
function ownClaims(fleet: Fleet): (claim: Claim) => GrantedExemption | undefined {
  const stores = new Map(
    fleet.repositories.flatMap(({ namespace, name, spec }): [string, string][] => {
      const claimName = spec.backend.local?.persistentVolumeClaim?.claimName
      return claimName === undefined ? [] : [[`${namespace}/${claimName}`, `holds Repository ${namespace}/${name}`]]
    }),
  )
  // Whose volume a workload writes to as well, that holds more than a repository.
  if (stores.size > 0) for (const key of writtenClaims(fleet.manifests)) stores.delete(key)
  return claim => {
    const part = isPart(claim) ? 'is a part of Holdfast' : undefined
    const reason = stores.get(claimKey(claim)) ?? part
    return reason === undefined ? undefined : { reason, until: undefined }
  }
}

/** Who may have written a part of the system: Helm puts its own name over ours on what it installs. */
const installers: readonly (string | undefined)[] = [managedBy, 'Helm']

const isPart = ({ labels: own }: Claim) =>
  installers.includes(own[labels.managedBy]) &&
  own['app.kubernetes.io/name'] === managedBy &&
  own[labels.component] !== undefined

const writtenClaims = (manifests: readonly Manifest[]) =>
  manifests.flatMap(({ object }) => mountedClaims(object).map(({ claim }) => `${namespaceOf(object)}/${claim}`))
