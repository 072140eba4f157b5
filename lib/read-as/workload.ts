import { fieldAt, fieldsOf, groupOf, itemsOf, type ManifestObject, textOf } from '../fleet/manifest.js'

/** The pod that a workload runs: of a Pod itself, or of the template of anything that has one. */
export function podOf(object: ManifestObject): unknown {
  if (object.kind === 'Pod' && groupOf(object) === '') return object['spec']
  const job = object.kind === 'CronJob' ? fieldAt(object, 'spec', 'jobTemplate') : object
  const pod = fieldAt(job, 'spec', 'template', 'spec')
  return itemsOf(fieldAt(pod, 'containers')).length === 0 ? undefined : pod
}

/** A claim, and the volume of the pod that stands for it. */
export interface MountedClaim {
  /** Name of the claim; of a StatefulSet’s template, what every ordinal’s name begins with. */
  readonly claim: string
  readonly isTemplate: boolean
  readonly volume: string
}

/** The claims that a workload’s pods mount. */
export function mountedClaims(object: ManifestObject): MountedClaim[] {
  const pod = podOf(object)
  const direct = itemsOf(fieldAt(pod, 'volumes')).flatMap((volume): MountedClaim[] => {
    const claim = textOf(fieldAt(volume, 'persistentVolumeClaim', 'claimName'))
    const name = textOf(fieldAt(volume, 'name'))
    const readOnly = fieldAt(volume, 'persistentVolumeClaim', 'readOnly') === true
    return claim === undefined || name === undefined || readOnly ? [] : [{ claim, isTemplate: false, volume: name }]
  })
  if (object.kind !== 'StatefulSet') return direct
  const templates = itemsOf(fieldAt(object, 'spec', 'volumeClaimTemplates')).flatMap((template): MountedClaim[] => {
    const name = textOf(fieldAt(template, 'metadata', 'name'))
    return name === undefined ? [] : [{ claim: `${name}-${object.metadata.name}-`, isTemplate: true, volume: name }]
  })
  return [...direct, ...templates]
}

/** The volume of a workload’s pods that stands for a claim; undefined when they do not mount it. */
export function volumeOf(object: ManifestObject, claim: string): string | undefined {
  const found = mountedClaims(object).find(each =>
    each.isTemplate
      ? claim.startsWith(each.claim) && /^\d+$/.test(claim.slice(each.claim.length))
      : each.claim === claim,
  )
  return found?.volume
}

/** Containers that run beside one another: the pod’s own, and sidecars among its init containers. */
export function runningContainers(pod: unknown): readonly unknown[] {
  const sidecars = itemsOf(fieldAt(pod, 'initContainers')).filter(each => fieldAt(each, 'restartPolicy') === 'Always')
  return [...itemsOf(fieldAt(pod, 'containers')), ...sidecars]
}

/** Whether a container may write to a volume of its pod. */
export function writesTo(container: unknown, volume: string): boolean {
  return itemsOf(fieldAt(container, 'volumeMounts')).some(
    mount => fieldAt(mount, 'name') === volume && fieldsOf(mount)['readOnly'] !== true,
  )
}
