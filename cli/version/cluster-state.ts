import { apiGroup, labels } from '../../lib/api/group.js'
import { kinds } from '../../lib/api/kinds.js'
import { leaderLease } from '../../runtime/controller/lease-record.js'
import {
  CONFIGURATIONS,
  type ConfigurationObject,
  FUNCTIONS,
  type FunctionObject,
  REPOSITORIES,
  type RepositoryObject,
  TASKS,
  type TaskObject,
} from '../../runtime/controller/objects.js'
import { ApiError } from '../../runtime/kube/api-error.js'
import type { KubeClient, ListQuery } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { LEASES, type Resource } from '../../runtime/kube/resource.js'
import { DEFINITIONS } from '../trial/resources.js'

/** A CustomResourceDefinition, as far as its release and what is stored can be told from it. */
export interface DefinitionObject extends KubeObject {
  readonly spec: {
    readonly versions: readonly { readonly name: string; readonly schema?: { readonly openAPIV3Schema?: unknown } }[]
  }
  readonly status?: { readonly storedVersions?: readonly string[] }
}

/** The Deployment of a controller. */
export interface ControllerObject extends KubeObject {
  readonly spec: {
    readonly replicas?: number
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly image: string; readonly args?: readonly string[] }[]
      }
    }
  }
  readonly status?: { readonly readyReplicas?: number; readonly updatedReplicas?: number }
}

/** What a cluster has of Holdfast. */
export interface ClusterState {
  readonly definitions: readonly DefinitionObject[]
  readonly controllers: readonly ControllerObject[]
  /** The Leases of their leaders, as far as they are there and may be read. */
  readonly leases: readonly KubeObject[]
  readonly functions: readonly FunctionObject[]
  readonly tasks: readonly TaskObject[]
  readonly repositories: readonly RepositoryObject[]
  readonly configurations: readonly ConfigurationObject[]
  /** Resources that whoever asks may not read. */
  readonly hidden: readonly string[]
}

const DEPLOYMENTS: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
}

/**
 * Reads all of it; policies of one namespace, and the Repositories that they name, when a namespace is named. Throws
 * ApiError for all but a refusal.
 */
export async function readClusterState(client: KubeClient, namespace?: string): Promise<ClusterState> {
  const hidden = new Set<string>()
  const list = async <T extends KubeObject>(resource: Resource, query: ListQuery = {}): Promise<readonly T[]> => {
    try {
      return (await client.list<T>(resource, query)).items
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error
      // With 404 the kind is not there, and so no object of it.
      if (error.status === 403) hidden.add(resource.plural)
      return []
    }
  }
  const names = kinds.map(({ plural }) => `${plural}.${apiGroup}`)
  const [definitions, controllers, functions, tasks, configurations] = await Promise.all([
    list<DefinitionObject>(DEFINITIONS),
    list<ControllerObject>(DEPLOYMENTS, {
      labelSelector: `${labels.component}=controller,app.kubernetes.io/name=holdfast`,
    }),
    list<FunctionObject>(FUNCTIONS),
    list<TaskObject>(TASKS),
    list<ConfigurationObject>(CONFIGURATIONS, { namespace }),
  ])
  const homes = controllers.map(({ metadata }) => metadata.namespace ?? '')
  const [repositories, leases] = await Promise.all([
    Promise.all(
      storesOf(configurations, namespace).map(home => list<RepositoryObject>(REPOSITORIES, { namespace: home })),
    ),
    // A Lease may be refused: it is one of several places that tell a controller’s release.
    Promise.all(homes.map(home => client.tryGet<KubeObject>(LEASES, leaderLease, home).catch(refused))),
  ])
  return {
    definitions: definitions.filter(({ metadata }) => names.includes(metadata.name)),
    controllers,
    leases: leases.filter(lease => lease !== undefined),
    functions,
    tasks,
    repositories: repositories.flat(),
    configurations,
    hidden: [...hidden].sort(),
  }
}

/** The namespaces of the Repositories that are asked for; undefined stands for all. */
function storesOf(configurations: readonly ConfigurationObject[], namespace?: string): (string | undefined)[] {
  if (namespace === undefined) return [undefined]
  return [...new Set(configurations.map(({ spec }) => spec.repository.namespace ?? namespace))]
}

function refused(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 403) return undefined
  throw error
}
