import { apiGroup } from '../api/group.js'
import { fieldAt, itemsOf, type Manifest, textOf } from '../fleet/manifest.js'
import { amount, enumeration } from './amount.js'
import { type Change, positionsOf } from './change.js'
import { type Comparison, pairsOfKind } from './comparison.js'
import { detailsOf, differencesOf } from './difference.js'
import { isOurPair } from './manifest-pair.js'

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
  return pairsOfKind(comparison, 'Namespace', '').flatMap((pair): Change[] => {
    const { before, after } = pair
    if (before === undefined || after !== undefined) return []
    const { name } = before.object.metadata
    const [ofPolicies, ofRepositories, ofClaims] = counts.get(name) ?? [0, 0, 0]
    const own = isOurPair(pair)
    if (ofPolicies + ofRepositories + ofClaims === 0 && !own) return []
    const what = [
      ...(own ? ['Holdfast itself'] : []),
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
      if (before === undefined || textOf(fieldAt(before.object, 'spec', 'group')) !== apiGroup) return []
      const kind = textOf(fieldAt(before.object, 'spec', 'names', 'kind')) ?? before.object.metadata.name
      if (after !== undefined) return narrowed(kind, before, after)
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

/** Fields and versions by name: their place in a list says nothing. */
function shapeOf({ object }: Manifest): Record<string, unknown> {
  const versions = itemsOf(fieldAt(object, 'spec', 'versions'))
  return Object.fromEntries(
    versions.map(version => [String(fieldAt(version, 'name')), fieldAt(version, 'schema', 'openAPIV3Schema')]),
  )
}

function narrowed(kind: string, before: Manifest, after: Manifest): Change[] {
  const lost = differencesOf(shapeOf(before), shapeOf(after)).filter(
    ({ path, after: fresh }) => fresh === undefined && /^[^.]+$|\.properties\.[^.]+$/.test(path),
  )
  if (lost.length === 0) return []
  const names = lost.map(({ path }) => path.replaceAll('.properties.', '.').replace('.items.', '.'))
  return [
    {
      ...{ severity: 'warning', kind: 'definition-narrowed', subject: `kind ${kind}` },
      sentence: `Its CustomResourceDefinition no longer knows ${enumeration(names)}: the API server drops that from every ${kind} it stores.`,
      details: detailsOf(lost.map(each => ({ ...each, before: 'known' }))),
      positions: positionsOf(before, after),
    },
  ]
}
