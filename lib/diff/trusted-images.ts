import { namespaceOf } from '../fleet/claim.js'
import { fieldAt, itemsOf, type Manifest } from '../fleet/manifest.js'
import { containersOf } from '../pod-security/violation.js'
import { enumeration } from './amount.js'
import { type Change, positionsOf } from './change.js'
import { type Comparison, pairsOfKind } from './comparison.js'
import { detail } from './difference.js'
import { isOurPair } from './manifest-pair.js'
import { podTemplateOf } from './privileges.js'

/** Images that the controller newly lets committed Jobs run, whatever Task and Functions say. */
export function trustChanges(comparison: Comparison): Change[] {
  return pairsOfKind(comparison, 'Deployment', 'apps').flatMap((pair): Change[] => {
    const { before, after } = pair
    if (after === undefined || !isOurPair(pair)) return []
    const known = new Set(trustedIn(before))
    const added = trustedIn(after).filter(image => !known.has(image))
    if (added.length === 0) return []
    const { object } = after
    return [
      {
        ...{ severity: 'danger', kind: 'images-trusted', positions: positionsOf(before, after) },
        subject: `Deployment ${namespaceOf(object)}/${object.metadata.name}`,
        sentence: `Committed Jobs of every namespace may now run ${enumeration(added)}, with the keys of their stores.`,
        details: added.map(image => detail('trusted image', undefined, image)),
      },
    ]
  })
}

function trustedIn(manifest: Manifest | undefined): string[] {
  const pod = podTemplateOf(manifest)?.spec
  return containersOf(pod).flatMap(({ container }) =>
    itemsOf(fieldAt(container, 'args')).flatMap(argument => {
      const list = /^--trusted-images=(\[.*\])$/.exec(String(argument))?.[1]
      return list === undefined ? [] : imagesOf(list)
    }),
  )
}

// What the controller itself would refuse trusts nobody.
function imagesOf(list: string): string[] {
  try {
    return itemsOf(JSON.parse(list)).filter(image => typeof image === 'string')
  } catch {
    return []
  }
}
