import { type FleetPolicy, policyKey } from '../fleet/policy.js'
import { hostOf } from '../identity.js'
import { targetMountPath } from '../variables.js'
import { amount, enumeration } from './amount.js'
import { type Change, positionsOf } from './change.js'
import { detail, detailsOf, differencesIn } from './difference.js'
import type { PolicyPair } from './policy-pair.js'

/** Which policies start their history anew, because their snapshots go elsewhere or are named otherwise. */
export function lineageChanges(pairs: readonly PolicyPair[]): Change[] {
  const byRepository = new Map<string, PolicyPair[]>()
  const changes = pairs.flatMap(pair => {
    const broken = breaks(pair)
    if (broken.length > 0 && broken.every(({ cause }) => cause === 'repository')) {
      const key = `${repositoryKey(pair.after)} ${broken.map(({ what }) => what).join()}`
      const others = byRepository.get(key)
      if (others === undefined) byRepository.set(key, [pair])
      else others.push(pair)
      return []
    }
    return broken.length > 0 ? [policyBreak(pair, broken)] : keptLineage(pair)
  })
  return [...[...byRepository.values()].flatMap(repositoryBreak), ...changes]
}

interface Break {
  readonly what: 'store' | 'host' | 'mount path'
  readonly before: string
  readonly after: string
  /** Whether the policy says so itself, or the Repository that it uses. */
  readonly cause: 'policy' | 'repository'
}

const repositoryKey = ({ namespace, spec }: FleetPolicy) =>
  `${spec.repository.namespace ?? namespace}/${spec.repository.name}`

function breaks({ before, after }: PolicyPair): Break[] {
  const sameRepository = repositoryKey(before) === repositoryKey(after)
  const known = before.repository !== undefined && after.repository !== undefined
  const found: Break[] = []
  // Where a Repository is not in git, only its name can be compared.
  if (known ? before.store !== after.store : !sameRepository) {
    found.push({
      what: 'store',
      before: before.store,
      after: after.store,
      cause: sameRepository ? 'repository' : 'policy',
    })
  }
  const own = [before, after].map(({ spec, namespace }) => hostOf(spec.target, namespace))
  const hosts = known ? [before.host, after.host] : own
  if (hosts[0] !== hosts[1]) {
    const cause = own[0] === own[1] && sameRepository ? 'repository' : 'policy'
    found.push({ what: 'host', before: hosts[0] ?? '', after: hosts[1] ?? '', cause })
  }
  const mounts = [targetMountPath(before.spec.target), targetMountPath(after.spec.target)]
  if (mounts[0] !== mounts[1] && !before.paths.some(path => after.paths.includes(path))) {
    found.push({ what: 'mount path', before: mounts[0] ?? '', after: mounts[1] ?? '', cause: 'policy' })
  }
  return found
}

const identityFields = [
  'spec.repository.name',
  'spec.repository.namespace',
  'spec.target.alias',
  'spec.target.ref.name',
  'spec.target.volumeMounts',
]

const consequence =
  'the next backup is a first and full one; no restore or retention of this identity finds the old snapshots, which stay and are never pruned'

function policyBreak(pair: PolicyPair, broken: readonly Break[]): Change {
  const { before, after, subject, differences } = pair
  const paths = broken.some(({ what }) => what === 'mount path') ? ['spec.target.paths'] : []
  const words = broken.map(each => `${each.what} ${each.after} instead of ${each.before}`)
  const renamed = before.name !== after.name ? ` The policy was ${policyKey(before)}.` : ''
  const moved = before.namespace !== after.namespace ? ` The policy moved from namespace ${before.namespace}.` : renamed
  return {
    ...{ severity: 'danger', kind: 'lineage-broken', subject },
    sentence: `Its snapshots get another identity, ${words.join(' and ')}: ${consequence}.${moved}`,
    details: [
      ...broken.map(each => detail(each.what, each.before, each.after)),
      ...detailsOf(differencesIn(differences, ...identityFields, ...paths)),
    ],
    positions: positionsOf(before, after),
    ...adviceFor(before, broken),
  }
}

function adviceFor(before: FleetPolicy, broken: readonly Break[]): { advice: string } {
  if (broken.some(({ what }) => what === 'store')) {
    return { advice: 'Keep the old Repository in git until its last snapshot may go, or copy its snapshots first.' }
  }
  if (broken.some(({ what }) => what === 'host')) {
    return { advice: `To keep the history of the same data, set target.alias to ${before.host}.` }
  }
  return { advice: 'To keep the history, keep the mount path.' }
}

function repositoryBreak(pairs: readonly PolicyPair[]): Change[] {
  const [first] = pairs
  if (first === undefined) return []
  const words = breaks(first).map(each =>
    each.what === 'store'
      ? `store ${each.after} instead of ${each.before}`
      : `hosts such as ${each.after} instead of ${each.before}`,
  )
  const names = pairs.map(({ after }) => policyKey(after))
  const clusters = [first.before.repository?.spec.clusterName, first.after.repository?.spec.clusterName]
  return [
    {
      ...{ severity: 'danger', kind: 'lineage-broken', subject: `repository ${repositoryKey(first.after)}` },
      sentence: `The snapshots of ${amount(pairs.length, 'policy', 'policies')} (${enumeration(names)}) get another identity, ${words.join(' and ')}: ${consequence}.`,
      details: [
        ...breaks(first).map(each => detail(each.what, each.before, each.after)),
        ...(clusters[0] === clusters[1] ? [] : [detail('spec.clusterName', clusters[0], clusters[1])]),
      ],
      positions: positionsOf(first.before.repository, first.after.repository),
      advice: 'Add a second Repository for the new identity, and keep this one until its last snapshot may go.',
    },
  ]
}

/** A policy whose snapshots keep their identity although its own names changed. */
function keptLineage({ before, after, subject, differences }: PolicyPair): Change[] {
  const changes: Change[] = []
  const positions = positionsOf(before, after)
  if (policyKey(before) !== policyKey(after)) {
    const sentence = `The policy was ${policyKey(before)}. Its snapshots keep their identity, so the history goes on.`
    const details = [detail('name', policyKey(before), policyKey(after))]
    changes.push({ severity: 'notice', kind: 'policy-renamed', subject, sentence, details, positions })
  }
  if (repositoryKey(before) !== repositoryKey(after)) {
    const sentence = `The policy uses Repository ${repositoryKey(after)} instead of ${repositoryKey(before)}; the store is the same, so the history goes on.`
    const details = detailsOf(differencesIn(differences, 'spec.repository.name', 'spec.repository.namespace'))
    changes.push({ severity: 'notice', kind: 'repository-reference-changed', subject, sentence, details, positions })
  }
  const volumes = [`${before.namespace}/${before.claim}`, `${after.namespace}/${after.claim}`]
  if (volumes[0] !== volumes[1]) {
    changes.push({
      ...{ severity: 'warning', kind: 'lineage-mixed', subject, positions },
      sentence: `Snapshots of claim ${volumes[1]} join those of ${volumes[0]} under host ${after.host}: ‘latest’ restores the new volume’s data, and retention counts both as one.`,
      details: detailsOf(differencesIn(differences, 'spec.target.ref.name', 'spec.target.alias')),
      advice: 'Right for a volume that was moved; give another volume an alias of its own.',
    })
  }
  return changes
}
