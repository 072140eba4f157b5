import { ApiObject, App } from 'cdk8s'
import type { IConstruct } from 'constructs'
import { describeManifest, type Manifest, type ManifestObject } from '../lib/fleet/manifest.js'
import type { Problem } from '../lib/problem.js'
import { type FleetMember, isMember } from './fleet-check.js'
import { withQuickRendering } from './synth/manifest-of.js'

/** The objects that a tree of constructs writes. */
export interface AppManifests {
  readonly manifests: readonly Manifest[]
  /** The construct of ours that writes an object, and therefore judges it, by `Kind namespace/name`. */
  readonly judged: ReadonlyMap<string, FleetMember>
  readonly problems: readonly Problem[]
}

/** Every object below a construct, at the position where its construct was written. */
export function manifestsBelow(root: IConstruct): AppManifests {
  const manifests: Manifest[] = []
  const judged = new Map<string, FleetMember>()
  const problems: Problem[] = []
  const render = () => {
    for (const construct of root.node.findAll()) {
      if (!ApiObject.isApiObject(construct)) continue
      const owner = ownerOf(construct)
      const position = owner?.source ?? construct.node.path
      try {
        const object = construct.toJson() as ManifestObject
        manifests.push({ object, position })
        if (owner !== undefined) judged.set(describeManifest(object), owner)
      } catch (error) {
        const message = `cannot be rendered: ${error instanceof Error ? error.message : String(error)}`
        problems.push({ code: 'HF5004', object: construct.node.path, path: '', message, source: position })
      }
    }
  }
  if (root instanceof App) withQuickRendering(root, render)
  else render()
  return { manifests, judged, problems }
}

function ownerOf(construct: IConstruct): FleetMember | undefined {
  return construct.node.scopes.filter(isMember).at(-1)
}
