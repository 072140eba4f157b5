import { kinds } from '../../lib/api/kinds.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import {
  CRON_JOBS,
  holdfast,
  JOBS,
  NAMESPACES,
  NODES,
  PERSISTENT_VOLUME_CLAIMS,
  PERSISTENT_VOLUMES,
  PODS,
  type Resource,
  SERVICE_ACCOUNTS,
} from '../../runtime/kube/resource.js'

const kind = (group: string, plural: string, name: string, namespaced = true): Resource => {
  return { group, version: 'v1', plural, kind: name, namespaced }
}
const rbac = 'rbac.authorization.k8s.io'

export const SECRETS = kind('', 'secrets', 'Secret')
export const SERVICES = kind('', 'services', 'Service')
export const RESOURCE_QUOTAS = kind('', 'resourcequotas', 'ResourceQuota')
export const LIMIT_RANGES = kind('', 'limitranges', 'LimitRange')
export const DEPLOYMENTS = kind('apps', 'deployments', 'Deployment')
export const CLUSTER_ROLES = kind('rbac.authorization.k8s.io', 'clusterroles', 'ClusterRole', false)
export const CUSTOM_RESOURCE_DEFINITIONS = kind(
  'apiextensions.k8s.io',
  'customresourcedefinitions',
  'CustomResourceDefinition',
  false,
)

const known: readonly Resource[] = [
  ...kinds.map(each => holdfast(each.plural, each.kind, each.scope === 'Namespaced')),
  CRON_JOBS,
  JOBS,
  NAMESPACES,
  NODES,
  PERSISTENT_VOLUME_CLAIMS,
  PERSISTENT_VOLUMES,
  PODS,
  SERVICE_ACCOUNTS,
  SECRETS,
  SERVICES,
  DEPLOYMENTS,
  RESOURCE_QUOTAS,
  LIMIT_RANGES,
  kind('', 'configmaps', 'ConfigMap'),
  kind(rbac, 'roles', 'Role'),
  kind(rbac, 'rolebindings', 'RoleBinding'),
  CLUSTER_ROLES,
  kind(rbac, 'clusterrolebindings', 'ClusterRoleBinding', false),
  CUSTOM_RESOURCE_DEFINITIONS,
  kind('admissionregistration.k8s.io', 'validatingadmissionpolicies', 'ValidatingAdmissionPolicy', false),
  kind('admissionregistration.k8s.io', 'validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', false),
]

/** The resource of an object of a test or a policy. Throws for a kind that no test uses. */
export function resourceOf(object: KubeObject): Resource {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : ''
  const found = known.find(resource => resource.kind === object.kind && resource.group === group)
  if (found === undefined) throw new Error(`${object.apiVersion} ${object.kind}: add it to kube-resource.ts`)
  return found
}
