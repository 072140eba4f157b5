import { type FleetPolicy, policyKey } from '../fleet/policy.js'
import { grouped } from '../grouped.js'
import { enumeration } from './amount.js'
import { type Change, positionsOf } from './change.js'
import type { Comparison } from './comparison.js'
import { policySubject } from './policy-pair.js'

/** Policies that newly write snapshots of one store, host and path: restic’s retention cannot tell them apart. */
export function sharedLineages({ before, after, policies }: Comparison): Change[] {
  const old = byIdentity(before.policies)
  const predecessors = new Map(policies.pairs.map(pair => [pair.after, pair.before]))
  const told = new Set<string>()
  return [...byIdentity(after.policies)].flatMap(([identity, members]): Change[] => {
    if (members.length < 2) return []
    const known = new Set(old.get(identity))
    const joining = members.filter(member => {
      const predecessor = predecessors.get(member)
      return known.size < 2 || predecessor === undefined || !known.has(predecessor)
    })
    const names = members.map(policyKey)
    const [newest] = joining.filter(member => !predecessors.has(member)).concat(joining)
    if (newest === undefined || told.has(names.join())) return []
    told.add(names.join())
    return [
      {
        ...{ severity: 'danger', kind: 'lineage-shared', subject: policySubject(newest), details: [] },
        sentence: `Policies ${enumeration(names)} store the same paths under host ${newest.host} in ${newest.store}: the retention of each removes snapshots that another keeps.`,
        positions: positionsOf(predecessors.get(newest), newest),
        advice: 'Give one of them an alias or a store of its own.',
      },
    ]
  })
}

function byIdentity(policies: readonly FleetPolicy[]): Map<string, FleetPolicy[]> {
  const entries = policies.flatMap(policy =>
    [...new Set(policy.paths)].map(path => ({ policy, key: JSON.stringify([policy.store, policy.host, path]) })),
  )
  const groups = grouped(entries, ({ key }) => key)
  return new Map([...groups].map(([key, members]) => [key, members.map(({ policy }) => policy)]))
}
