import type { Resource } from './resource.js'

type Trait = 'status' | 'generation' | 'cluster'

function resource(
  groupVersion: string,
  plural: string,
  kind: string,
  shortNames: readonly string[],
  ...traits: readonly Trait[]
): Resource {
  const slash = groupVersion.indexOf('/')
  return {
    group: slash < 0 ? '' : groupVersion.slice(0, slash),
    version: groupVersion.slice(slash + 1),
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced: !traits.includes('cluster'),
    status: traits.includes('status'),
    generation: traits.includes('generation'),
    shortNames,
    categories: [],
    custom: false,
  }
}

/** What the sandbox serves without any definition; names and traits are those of Kubernetes. */
export const builtInResources: readonly Resource[] = [
  resource('v1', 'pods', 'Pod', ['po'], 'status', 'generation'),
  resource('v1', 'namespaces', 'Namespace', ['ns'], 'status', 'cluster'),
  resource('v1', 'secrets', 'Secret', []),
  resource('v1', 'configmaps', 'ConfigMap', ['cm']),
  resource('v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', ['pvc'], 'status'),
  resource('v1', 'persistentvolumes', 'PersistentVolume', ['pv'], 'status', 'cluster'),
  resource('v1', 'serviceaccounts', 'ServiceAccount', ['sa']),
  resource('v1', 'services', 'Service', ['svc'], 'status'),
  resource('v1', 'events', 'Event', ['ev']),
  resource('v1', 'nodes', 'Node', ['no'], 'status', 'cluster'),
  resource('batch/v1', 'jobs', 'Job', [], 'status', 'generation'),
  resource('batch/v1', 'cronjobs', 'CronJob', ['cj'], 'status', 'generation'),
  resource('apps/v1', 'deployments', 'Deployment', ['deploy'], 'status', 'generation'),
  resource('apps/v1', 'statefulsets', 'StatefulSet', ['sts'], 'status', 'generation'),
  resource('rbac.authorization.k8s.io/v1', 'roles', 'Role', []),
  resource('rbac.authorization.k8s.io/v1', 'rolebindings', 'RoleBinding', []),
  resource('rbac.authorization.k8s.io/v1', 'clusterroles', 'ClusterRole', [], 'cluster'),
  resource('rbac.authorization.k8s.io/v1', 'clusterrolebindings', 'ClusterRoleBinding', [], 'cluster'),
  resource('coordination.k8s.io/v1', 'leases', 'Lease', []),
  resource('storage.k8s.io/v1', 'storageclasses', 'StorageClass', ['sc'], 'cluster'),
  resource('networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy', ['netpol'], 'generation'),
  resource('policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', ['pdb'], 'status', 'generation'),
  resource(
    'admissionregistration.k8s.io/v1',
    'validatingadmissionpolicies',
    'ValidatingAdmissionPolicy',
    [],
    'status',
    'generation',
    'cluster',
  ),
  resource(
    'admissionregistration.k8s.io/v1',
    'validatingadmissionpolicybindings',
    'ValidatingAdmissionPolicyBinding',
    [],
    'cluster',
  ),
  resource(
    'apiextensions.k8s.io/v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    ['crd', 'crds'],
    'status',
    'generation',
    'cluster',
  ),
]
