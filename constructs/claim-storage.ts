import { ApiObject } from 'cdk8s'
import type { IConstruct } from 'constructs'
import { claimKey } from '../lib/fleet/claim.js'
import { readClaims } from '../lib/fleet/claim-reading.js'
import type { ManifestObject } from '../lib/fleet/manifest.js'

const holders = new Set(['PersistentVolumeClaim', 'StatefulSet'])

/** The storage classes of the claims that an app writes itself, by `namespace/name`. */
export function storageClassesBelow(root: IConstruct): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const construct of root.node.findAll()) {
    if (!ApiObject.isApiObject(construct) || !holders.has(construct.kind)) continue
    const object = construct.toJson() as ManifestObject
    for (const claim of readClaims({ object, position: construct.node.path }).claims) {
      if (claim.storageClassName !== undefined) found.set(claimKey(claim), claim.storageClassName)
    }
  }
  return found
}
