import { apiGroup, labels } from '../../lib/api/group.js'
import { kinds } from '../../lib/api/kinds.js'
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
import type { Resource } from '../../runtime/kube/resource.js'
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

/** Reads all of it; policies and Repositories of one namespace when one is named. Throws ApiError for all but a refusal. */
export async function readClusterState(client: KubeClient, namespace?: string): Promise<ClusterState> {
  const hidden: string[] = []
  const list = async <T extends KubeObject>(resource: Resource, query: ListQuery = {}): Promise<readonly T[]> => {
    try {
      return (await client.list<T>(resource, query)).items
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error
      // The kind is not there, which the definitions say already.
      if (error.status === 403) hidden.push(resource.plural)
      return []
    }
  }
  const names = kinds.map(({ plural }) => `${plural}.${apiGroup}`)
  const [definitions, controllers, functions, tasks, repositories, configurations] = await Promise.all([
    list<DefinitionObject>(DEFINITIONS),
    list<ControllerObject>(DEPLOYMENTS, {
      labelSelector: `${labels.component}=controller,app.kubernetes.io/name=holdfast`,
    }),
    list<FunctionObject>(FUNCTIONS),
    list<TaskObject>(TASKS),
    list<RepositoryObject>(REPOSITORIES, { namespace }),
    list<ConfigurationObject>(CONFIGURATIONS, { namespace }),
  ])
  const ours = definitions.filter(({ metadata }) => names.includes(metadata.name))
  return { definitions: ours, controllers, functions, tasks, repositories, configurations, hidden: hidden.sort() }
}
