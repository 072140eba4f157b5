import { interimPath, requestsPath, scratchPath, secretPath } from './api/group.js'
import { isUnder } from './folder.js'
import type { Problem } from './problem.js'
import { repositoryMountPath } from './repository-url.js'
import { type AnySubject, targetMountPath } from './variables.js'

/** Folders of Holdfast’s own image that a volume mounted over them would replace: programs and what they load. */
const programs = ['/opt/holdfast', '/bin', '/etc', '/lib', '/lib64', '/sbin', '/usr/bin', '/usr/lib', '/usr/local/bin']
const kernel = ['/dev', '/proc', '/sys']

/**
 * Mounts that would stand in each other’s place: of two volumes at one path a pod has one, and the mover would back up
 * or fill the other. A volume over the mover’s own programs would have its files run beside the repository’s keys.
 */
export function mountConflicts(subject: AnySubject, object: string): Problem[] {
  const target = targetMountPath(subject.spec.target)
  const repository = repositoryMountPath(subject.repository.spec.backend)
  const interim = subject.spec.interimVolumeTemplate === undefined ? [] : [interimPath]
  const own = [scratchPath, secretPath, requestsPath, ...interim]
  const mountField = 'spec.target.volumeMounts[0].mountPath'
  const store = `spec.backend.local.mountPath of Repository ${subject.repository.namespace}/${subject.repository.name}`
  const problems: Problem[] = []
  const refuse = (path: string, mount: string, taken: string) => {
    const message = `'${mount}' and ${taken} lie in each other; mount the volume elsewhere, such as /data`
    problems.push({ code: 'HF1006', object, path, message })
  }
  for (const folder of own) if (overlap(target, folder)) refuse(mountField, target, `Holdfast’s own folder ${folder}`)
  for (const folder of hidden(target)) refuse(mountField, target, `the mover’s own folder ${folder}`)
  if (repository === undefined) return problems
  if (overlap(target, repository)) refuse(mountField, target, `the repository’s volume at ${repository} (${store})`)
  for (const folder of own)
    if (overlap(repository, folder)) refuse('spec.repository', `${repository} (${store})`, `Holdfast’s own ${folder}`)
  for (const folder of hidden(repository))
    refuse('spec.repository', `${repository} (${store})`, `the mover’s own folder ${folder}`)
  return problems
}

const overlap = (one: string, other: string) => isUnder(one, other) || isUnder(other, one)

const hidden = (mount: string): string[] => [
  ...programs.filter(folder => isUnder(folder, mount)),
  ...kernel.filter(folder => overlap(folder, mount)),
]
