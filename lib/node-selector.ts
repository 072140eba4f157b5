import type { AnySubject } from './variables.js'
import { repositoryVolumes } from './volumes.js'

/** Labels that the node of a pod must have: those of the settings, and the name of the one that has the repository. */
export function nodeSelectorOf({ spec, repository }: AnySubject): Readonly<Record<string, string>> | undefined {
  const { node } = repositoryVolumes(repository.spec.backend)
  const labels = {
    ...spec.runtimeSettings?.pod?.nodeSelector,
    ...(node === undefined ? {} : { 'kubernetes.io/hostname': node }),
  }
  return Object.keys(labels).length === 0 ? undefined : labels
}
