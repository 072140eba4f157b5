import type { Problem } from '../problem.js'
import type { Scaling } from './autoscaling.js'
import { type Claim, claimFrom, namespaceOf, type VolumeTemplates } from './claim.js'
import { describeManifest, fieldAt, groupOf, type Manifest, textOf } from './manifest.js'
import { replicaCount } from './replica-count.js'

/** What a manifest says about claims, or why nobody can tell. */
export interface ClaimReading {
  readonly claims: readonly Claim[]
  readonly problems: readonly Problem[]
}

/** The claims that one manifest stands for; never throws, whatever it holds and whatever `operators` do with it. */
export function readClaims(
  manifest: Manifest,
  operators: readonly VolumeTemplates[] = [],
  scaling: Scaling = new Map(),
): ClaimReading {
  try {
    return { claims: claimsIn(manifest, operators, scaling), problems: [] }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `nobody can tell which claims it makes: ${reason}`
    const object = describeManifest(manifest.object)
    return { claims: [], problems: [{ code: 'HF5004', object, path: 'spec', message, source: manifest.position }] }
  }
}

function claimsIn(manifest: Manifest, operators: readonly VolumeTemplates[], scaling: Scaling): Claim[] {
  const { object, position } = manifest
  if (object.kind === 'PersistentVolumeClaim' && groupOf(object) === '') {
    return [claimFrom(manifest, object.metadata.name, object, 'PersistentVolumeClaim')]
  }
  if (object.kind === 'StatefulSet' && groupOf(object) === 'apps') return statefulSetClaims(manifest, scaling)
  return operators.flatMap(templates =>
    templates(object).map(template => ({
      ...template,
      namespace: template.namespace ?? namespaceOf(object),
      position,
      origin: `${object.kind} ${namespaceOf(object)}/${object.metadata.name}`,
      storageClassName: template.storageClassName,
      size: template.size,
      labels: template.labels ?? {},
      annotations: template.annotations ?? {},
    })),
  )
}

// Kubernetes API: a StatefulSet names its claims `<template>-<set>-<ordinal>`.
function statefulSetClaims(manifest: Manifest, scaling: Scaling): Claim[] {
  const { object } = manifest
  const { name } = object.metadata
  const owner = `${namespaceOf(object)}/${name}`
  const stated = replicaCount(fieldAt(object, 'spec', 'replicas'), 1, 'spec.replicas')
  const replicas = Math.max(stated, scaling.get(owner) ?? 0)
  const start = replicaCount(fieldAt(object, 'spec', 'ordinals', 'start'), 0, 'spec.ordinals.start')
  return templatesOf(fieldAt(object, 'spec', 'volumeClaimTemplates')).flatMap(template => {
    const templateName = textOf(fieldAt(template, 'metadata', 'name'))
    if (templateName === undefined) throw new RangeError('a claim template of spec.volumeClaimTemplates has no name')
    return Array.from({ length: replicas }, (_, index) =>
      claimFrom(manifest, `${templateName}-${name}-${start + index}`, template, `StatefulSet ${owner}`),
    )
  })
}

function templatesOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw new RangeError('spec.volumeClaimTemplates is not a list')
}
