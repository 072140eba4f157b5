import { fieldAt, type ManifestObject, numberOf, textOf } from '../fleet/manifest.js'
import { podOf, runningContainers, volumeOf, writesTo } from './workload.js'

/** A container that writes files into a claim, and whom they will belong to. */
export interface Writer {
  readonly container: string
  /** Undefined: the user of its image, which no manifest tells. */
  readonly user: number | undefined
  /** Undefined: the first group of the image’s user. */
  readonly group: number | undefined
  /** Group that the kubelet gives the volume to, and files with it (Kubernetes API: PodSecurityContext.fsGroup). */
  readonly fsGroup: number | undefined
}

/**
 * Who writes into a claim, by the security contexts of pod and container. Init containers that end do not count: they
 * prepare the volume, most often as root, and give it to the user who works with it.
 */
export function writersOf(object: ManifestObject, claim: string): Writer[] {
  const pod = podOf(object)
  const volume = volumeOf(object, claim)
  if (volume === undefined) return []
  const context = fieldAt(pod, 'securityContext')
  return runningContainers(pod)
    .filter(container => writesTo(container, volume))
    .map((container, index) => {
      const own = fieldAt(container, 'securityContext')
      const setting = (name: string) => numberOf(fieldAt(own, name)) ?? numberOf(fieldAt(context, name))
      return {
        container: textOf(fieldAt(container, 'name')) ?? `container ${index}`,
        user: setting('runAsUser'),
        group: setting('runAsGroup'),
        fsGroup: numberOf(fieldAt(context, 'fsGroup')),
      }
    })
}

/** `user 1234, group 1234, fsGroup 2000`, with what is unknown left out. */
export function describeWriter({ user, group, fsGroup }: Writer): string {
  const parts = [
    user === undefined ? 'its image’s user' : `user ${user}`,
    ...(group === undefined ? [] : [`group ${group}`]),
    ...(fsGroup === undefined ? [] : [`fsGroup ${fsGroup}`]),
  ]
  return parts.join(', ')
}
