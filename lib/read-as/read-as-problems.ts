import { namespaceOf } from '../fleet/claim.js'
import type { Fleet } from '../fleet/fleet.js'
import type { Manifest } from '../fleet/manifest.js'
import type { FleetPolicy } from '../fleet/policy.js'
import { grouped } from '../grouped.js'
import type { Problem } from '../problem.js'
import { moverOf, remedyFor, whyUnreadable } from './mover.js'
import { mountedClaims } from './workload.js'

/** HF5106 for each policy whose mover cannot read what a workload of the fleet writes into its claim. */
export function readAsProblems(fleet: Fleet): Problem[] {
  const workloadsOf = workloadIndex(fleet.manifests)
  return fleet.policies.flatMap(policy => {
    const mover = moverOf(policy.spec)
    if (mover === undefined) return []
    for (const { object, position } of workloadsOf(policy)) {
      const why = whyUnreadable(mover, object, policy.claim)
      if (why !== undefined) return [unreadable(policy, `${why}. ${remedyFor(object, policy.claim)}`, position)]
    }
    return []
  })
}

function unreadable(policy: FleetPolicy, message: string, workload: string): Problem {
  const object = `BackupConfiguration ${policy.namespace}/${policy.name}`
  return { code: 'HF5106', object, path: 'spec.readAs', message: `${message} (${workload})`, source: policy.position }
}

/** Finds the workloads that mount the claim of a policy, without going through all manifests for each. */
function workloadIndex(manifests: readonly Manifest[]): (policy: FleetPolicy) => readonly Manifest[] {
  const mounts = manifests.flatMap(manifest =>
    mountedClaims(manifest.object).map(({ claim }) => ({ manifest, key: `${namespaceOf(manifest.object)}/${claim}` })),
  )
  const index = grouped(mounts, ({ key }) => key)
  return ({ namespace, claim }) => {
    // A claim of a StatefulSet is under the name of its template.
    const keys = [claim, claim.replace(/\d+$/, '')].map(name => `${namespace}/${name}`)
    return keys.flatMap(key => (index.get(key) ?? []).map(({ manifest }) => manifest))
  }
}
