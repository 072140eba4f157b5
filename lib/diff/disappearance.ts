import { apiGroup } from '../api/group.js'
import { fieldAt, textOf } from '../fleet/manifest.js'
import { amount } from './amount.js'
import { type Change, positionsOf } from './change.js'
import { type Comparison, pairsOfKind } from './comparison.js'

/** What takes other objects with it when it is pruned: namespaces and definitions of kinds. */
export function disappearances(comparison: Comparison): Change[] {
  return [...namespaces(comparison), ...definitions(comparison)]
}

function namespaces(comparison: Comparison): Change[] {
  const { policies, repositories, claims } = comparison.before
  const counts = new Map<string, [number, number, number]>()
  for (const [index, list] of [policies, repositories, claims].entries()) {
    for (const { namespace } of list) {
      const count = counts.get(namespace) ?? [0, 0, 0]
      count[index] = (count[index] ?? 0) + 1
      counts.set(namespace, count)
    }
  }
  return pairsOfKind(comparison, 'Namespace', '').flatMap(({ before, after }): Change[] => {
    if (before === undefined || after !== undefined) return []
    const { name } = before.object.metadata
    const [ofPolicies, ofRepositories, ofClaims] = counts.get(name) ?? [0, 0, 0]
    if (ofPolicies + ofRepositories + ofClaims === 0) return []
    const what = [
      amount(ofPolicies, 'policy', 'policies'),
      amount(ofRepositories, 'Repository', 'Repositories'),
      amount(ofClaims, 'volume'),
    ]
    return [
      {
        ...{ severity: 'danger', kind: 'namespace-removed', subject: `namespace ${name}`, details: [] },
        sentence: `The namespace is gone from git. A sync that prunes deletes it with everything in it: ${what.join(', ')}. Data in stores outside stays.`,
        positions: positionsOf(before, undefined),
      },
    ]
  })
}

function definitions(comparison: Comparison): Change[] {
  return pairsOfKind(comparison, 'CustomResourceDefinition', 'apiextensions.k8s.io').flatMap(
    ({ before, after }): Change[] => {
      if (before === undefined || after !== undefined) return []
      if (textOf(fieldAt(before.object, 'spec', 'group')) !== apiGroup) return []
      const kind = textOf(fieldAt(before.object, 'spec', 'names', 'kind')) ?? before.object.metadata.name
      return [
        {
          ...{ severity: 'danger', kind: 'definition-removed', subject: `kind ${kind}`, details: [] },
          sentence: `Its CustomResourceDefinition is gone from git. A sync that prunes deletes every ${kind} of the cluster.`,
          positions: positionsOf(before, undefined),
        },
      ]
    },
  )
}
