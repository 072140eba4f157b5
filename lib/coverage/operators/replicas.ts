import type { VolumeTemplate } from '../../fleet/claim.js'
import { fieldAt, groupOf, type ManifestObject, textOf } from '../../fleet/manifest.js'
import { replicaCount } from '../../fleet/replica-count.js'

/** What a claim template of an operator’s object says. */
export function fromClaimTemplate(template: unknown): Omit<VolumeTemplate, 'name'> {
  const storageClassName = textOf(fieldAt(template, 'spec', 'storageClassName'))
  const size = textOf(fieldAt(template, 'spec', 'resources', 'requests', 'storage'))
  return { ...(storageClassName === undefined ? {} : { storageClassName }), ...(size === undefined ? {} : { size }) }
}

/** Kubernetes API: the claims of a StatefulSet, `<template>-<set>-<ordinal>`, with the exemption of their object. */
export function setClaims(
  object: ManifestObject,
  set: { readonly template: string; readonly name: string; readonly replicas: number },
  rest: Omit<VolumeTemplate, 'name'>,
): VolumeTemplate[] {
  return Array.from({ length: set.replicas }, (_, ordinal) => ({
    annotations: object.metadata.annotations ?? {},
    ...rest,
    name: `${set.template}-${set.name}-${ordinal}`,
  }))
}

/** Whether an object is of a kind, in any version of its group. */
export const isKind = (object: ManifestObject, group: string, kind: string): boolean =>
  object.kind === kind && groupOf(object) === group

/** A number of replicas in an object’s spec, or its default. Throws RangeError for anything else. */
export const countOf = (object: ManifestObject, field: string, otherwise: number): number =>
  replicaCount(fieldAt(object, 'spec', field), otherwise, `spec.${field}`)
