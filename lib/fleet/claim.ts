import { annotations } from '../api/group.js'
import type { SourcePosition } from '../problem.js'
import { fieldAt, type Manifest, type ManifestObject, textOf } from './manifest.js'

/** A volume that somebody asks for in git: a PersistentVolumeClaim, or one that a controller makes from a template. */
export interface Claim {
  readonly namespace: string
  readonly name: string
  readonly position: SourcePosition
  /** What the claim comes from: `PersistentVolumeClaim`, or `StatefulSet shop/db`. */
  readonly origin: string
  readonly storageClassName: string | undefined
  /** Size that is asked for, a Kubernetes quantity. */
  readonly size: string | undefined
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** A claim as an operator makes it from one of its own objects. */
export interface VolumeTemplate {
  readonly name: string
  /** @default - the object’s own */
  readonly namespace?: string
  readonly storageClassName?: string
  readonly size?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** Says which claims an operator will make for an object; none for objects that it does not know. */
export type VolumeTemplates = (object: ManifestObject) => readonly VolumeTemplate[]

/** `namespace/name`: what tells claims apart. */
export const claimKey = (claim: { readonly namespace: string; readonly name: string }): string =>
  `${claim.namespace}/${claim.name}`

/** One claim of a manifest, described by `from`: the manifest itself or a template in it. */
export function claimFrom(manifest: Manifest, name: string, from: unknown, origin: string): Claim {
  return {
    namespace: namespaceOf(manifest.object),
    name,
    position: manifest.position,
    origin,
    storageClassName: textOf(fieldAt(from, 'spec', 'storageClassName')),
    size: textOf(fieldAt(from, 'spec', 'resources', 'requests', 'storage')),
    labels: (fieldAt(from, 'metadata', 'labels') ?? {}) as Readonly<Record<string, string>>,
    annotations: (fieldAt(from, 'metadata', 'annotations') ?? {}) as Readonly<Record<string, string>>,
  }
}

/** The namespace of an object; kubectl puts one without into `default`. */
export const namespaceOf = (object: ManifestObject): string => object.metadata.namespace || 'default'

/** Why and until when nobody backs a claim up, as its annotations say. */
export interface Exemption {
  readonly reason: string | undefined
  /** A date, `2027-06-30`; the exemption holds to the end of that day, UTC. */
  readonly until: string | undefined
}

/** The exemption of a claim; undefined when it has none of the annotations. */
export function exemptionOf(claim: Claim): Exemption | undefined {
  const { [annotations.exempt]: reason, [annotations.exemptUntil]: until } = claim.annotations
  return reason === undefined && until === undefined ? undefined : { reason, until }
}
