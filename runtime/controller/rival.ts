import { hostOf } from '../../lib/identity.js'
import { targetPaths } from '../../lib/variables.js'
import { type Caches, repositoryKey } from './caches.js'
import { type ConfigurationObject, createdAt, type RepositoryObject } from './objects.js'
import { mayAllowNamespace } from './usage.js'

/** Another configuration with the same repository, host and path, which came first: `namespace/name`. */
export function rivalOf(
  configuration: ConfigurationObject,
  repository: RepositoryObject | undefined,
  caches: Caches,
): string | undefined {
  const [rival] = rivalsOf(configuration, repository, caches)
  return rival === undefined ? undefined : nameOf(rival)
}

/** All of them; one whose namespace the Repository does not let in stands in nobody’s way. */
export function rivalsOf(
  configuration: ConfigurationObject,
  repository: RepositoryObject | undefined,
  caches: Caches,
): ConfigurationObject[] {
  if (repository === undefined) return []
  const paths = new Set(targetPaths(configuration.spec.target))
  const identity = (each: ConfigurationObject) =>
    hostOf(each.spec.target, each.metadata.namespace ?? '', repository.spec.clusterName)
  return withHost(identity(configuration), configuration, repository, caches)
    .filter(each => each.metadata.uid !== configuration.metadata.uid && identity(each) === identity(configuration))
    .filter(each => mayAllowNamespace(repository, each.metadata.namespace ?? ''))
    .filter(each => targetPaths(each.spec.target).some(path => paths.has(path)))
    .filter(each => cameFirst(each, configuration))
}

export const nameOf = ({ metadata }: ConfigurationObject): string => `${metadata.namespace}/${metadata.name}`

// An alias may spell out the cluster’s name, which the index leaves out.
function withHost(
  host: string,
  { spec, metadata }: ConfigurationObject,
  { spec: { clusterName } }: RepositoryObject,
  caches: Caches,
): ConfigurationObject[] {
  const prefix = clusterName === undefined ? '' : `${clusterName}/`
  const hosts = new Set([host, host.startsWith(prefix) ? host.slice(prefix.length) : host])
  const key = repositoryKey(spec, metadata.namespace)
  return [...hosts].flatMap(each => caches.configurations.byIndex('host', `${key} ${each}`))
}

function cameFirst(one: ConfigurationObject, other: ConfigurationObject): boolean {
  const difference = createdAt(one).getTime() - createdAt(other).getTime()
  return difference < 0 || (difference === 0 && nameOf(one) < nameOf(other))
}
