import type { Backend } from '../../lib/api/backend.js'
import { providerOf } from '../../lib/provider.js'
import { requiredKeys } from '../../lib/restic/credentials.js'
import type { ConfigurationObject, RepositoryObject } from '../../runtime/controller/objects.js'
import { UserError } from '../user-error.js'
import { nameOf, type PolicySet } from './policy-set.js'

/** A policy set whose stores all are claims, and what was changed for that. */
export interface LocalStores {
  readonly set: PolicySet
  readonly replaced: readonly ReplacedStore[]
}

export interface ReplacedStore {
  readonly repository: string
  readonly store: string
  readonly secret: string
  /** Keys that the Secret has in production. */
  readonly keys: readonly string[]
}

/** The claim behind a Repository; undefined for every other store. */
export function repositoryClaim(backend: Backend): string | undefined {
  return backend.local?.persistentVolumeClaim?.claimName
}

/**
 * Replaces every store outside the sandbox by a claim of its own. A committed Job template names the real store, so it
 * is taken out of the configurations concerned: the controller resolves them with the same code.
 */
export function withLocalStores(set: PolicySet): LocalStores {
  const outside = set.repositories.filter(repository => repositoryClaim(repository.spec.backend) === undefined)
  const names = new Set(outside.map(nameOf))
  const repositories = set.repositories.map(each => (names.has(nameOf(each)) ? localised(each) : each))
  const configurations = set.configurations.map(each => (names.has(repositoryOf(each)) ? withoutTemplate(each) : each))
  return { set: { ...set, repositories, configurations }, replaced: outside.map(described) }
}

/** Throws UserError, naming the keys, when the Secret of a store outside the sandbox was not given. */
export function requireSecrets(set: PolicySet, outside: readonly ReplacedStore[]): void {
  const given = new Set(set.others.map(nameOf))
  const lacking = outside.filter(({ secret }) => !given.has(`Secret ${secret}`))
  if (lacking.length === 0) return
  const lines = lacking.map(
    ({ repository, secret, keys }) => `  ${repository}: Secret ${secret} with ${keys.join(', ')}`,
  )
  throw new UserError(
    `without local stores, the Secrets of the real ones are needed; put them into a YAML file and name it with --secrets\n${lines.join('\n')}`,
  )
}

/** `Repository namespace/name` of a configuration. */
export function repositoryOf({ metadata, spec }: ConfigurationObject): string {
  return `Repository ${spec.repository.namespace ?? metadata.namespace ?? ''}/${spec.repository.name}`
}

function localised(repository: RepositoryObject): RepositoryObject {
  const { storageSecretName } = repository.spec.backend
  const claimName = `${repository.metadata.name}-store`
  return {
    ...repository,
    spec: { ...repository.spec, backend: { local: { persistentVolumeClaim: { claimName } }, storageSecretName } },
  }
}

function withoutTemplate(configuration: ConfigurationObject): ConfigurationObject {
  const { jobTemplate: _, ...spec } = configuration.spec
  return { ...configuration, spec }
}

function described(repository: RepositoryObject): ReplacedStore {
  const { backend } = repository.spec
  const store = providerOf(backend)
  return {
    repository: nameOf(repository),
    store: backend.local === undefined ? store : `local (${backend.local.nfs === undefined ? 'hostPath' : 'nfs'})`,
    secret: `${repository.metadata.namespace}/${backend.storageSecretName}`,
    keys: requiredKeys(store)[0] ?? [],
  }
}
