import { apiGroup } from '../../lib/api/group.js'
import { type Claim, claimKey } from '../../lib/fleet/claim.js'
import { readClaims } from '../../lib/fleet/claim-reading.js'
import { type Fleet, fleetOf } from '../../lib/fleet/fleet.js'
import type { Manifest } from '../../lib/fleet/manifest.js'
import { policyKey } from '../../lib/fleet/policy.js'
import type { Problem } from '../../lib/problem.js'
import { CONFIGURATIONS, REPOSITORIES } from '../../runtime/controller/objects.js'
import { isNotFound } from '../../runtime/kube/api-error.js'
import type { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { PERSISTENT_VOLUME_CLAIMS, type Resource } from '../../runtime/kube/resource.js'

/** Where objects of a cluster are, in place of a file. */
const position = 'in the cluster'

/** What a cluster has of a fleet. */
export interface LiveObjects {
  readonly claims: readonly Claim[]
  /** Policies and repositories. */
  readonly fleet: Fleet
}

/** Lists the claims, policies and repositories of a cluster, or of some of its namespaces. */
export async function readLive(
  client: KubeClient,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<LiveObjects> {
  const list = async (resource: Resource): Promise<Manifest[]> => {
    const queries = namespaces.length === 0 ? [{}] : namespaces.map(namespace => ({ namespace }))
    const lists = await Promise.all(queries.map(query => listed(client, resource, query, signal)))
    return lists.flat().map(object => ({ object: withoutStatus(object), position }))
  }
  const [claims, configurations, repositories] = await Promise.all([
    list(PERSISTENT_VOLUME_CLAIMS),
    list(CONFIGURATIONS),
    list(REPOSITORIES),
  ])
  const lasting = claims.filter(({ object }) => isLasting(object as KubeObject))
  return {
    claims: lasting.flatMap(manifest => readClaims(manifest).claims),
    fleet: fleetOf([...configurations, ...repositories]),
  }
}

async function listed(
  client: KubeClient,
  resource: Resource,
  query: { namespace?: string },
  signal: AbortSignal,
): Promise<KubeObject[]> {
  try {
    return (await client.list(resource, query, signal)).items
  } catch (error) {
    // A cluster without Holdfast has no policies; its claims are judged all the same.
    if (isNotFound(error)) return []
    throw error
  }
}

const withoutStatus = ({ status, ...object }: KubeObject): KubeObject => object as KubeObject

// A claim that a pod owns (Kubernetes API: generic ephemeral volumes) or a session made ends with it.
function isLasting({ metadata }: KubeObject): boolean {
  const owned = (metadata.ownerReferences ?? []).some(
    owner => owner.kind === 'Pod' || owner.kind === 'Job' || owner.apiVersion.startsWith(`${apiGroup}/`),
  )
  return !owned && metadata.deletionTimestamp === undefined
}

/** The fleet of git, with what only the cluster has beside it. */
export function withLive(git: Fleet, live: LiveObjects): Fleet {
  const claims = new Set(git.claims.map(claimKey))
  const policies = new Set(git.policies.map(policyKey))
  // Whoever paused a policy by hand did so whatever git says.
  const paused = new Map(
    live.fleet.policies.flatMap(each => (each.spec.paused === true ? [[policyKey(each), each]] : [])),
  )
  const repositories = new Set(git.repositories.map(claimKey))
  return {
    ...git,
    claims: [...git.claims, ...live.claims.filter(each => !claims.has(claimKey(each)))],
    policies: [
      ...git.policies.map(each => paused.get(policyKey(each)) ?? each),
      ...live.fleet.policies.filter(each => !policies.has(policyKey(each))),
    ],
    repositories: [...git.repositories, ...live.fleet.repositories.filter(each => !repositories.has(claimKey(each)))],
  }
}

/** Claims of git that the cluster does not have: not applied yet, or of another cluster. */
export function absentThere(git: Fleet, live: LiveObjects, namespaces: readonly string[]): Problem[] {
  const there = new Set(live.claims.map(claimKey))
  return git.claims
    .filter(claim => namespaces.length === 0 || namespaces.includes(claim.namespace))
    .filter(claim => !there.has(claimKey(claim)))
    .map(claim => ({
      code: 'HF5108',
      object: `PersistentVolumeClaim ${claimKey(claim)}`,
      path: '',
      message: 'is in git and not in the cluster; it was not applied yet, or belongs to another cluster',
      source: claim.position,
    }))
}
