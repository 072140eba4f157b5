import { ApiError, forbidden, notFound } from './api-error.js'
import type { Container, PodSpec } from './kinds.js'
import { fieldsOf, type KubeObject } from './object.js'
import { podSecurityRefusal } from './pod-security.js'
import type { Resource, ResourceCatalogue } from './resource.js'
import type { Store } from './store.js'

export const tokenMount = '/var/run/secrets/kubernetes.io/serviceaccount'

/** What admission plugins of a cluster do at creation: namespace life cycle, service accounts, Pod Security. Throws 403 or 404. */
export function admit(store: Store, catalogue: ResourceCatalogue, resource: Resource, object: KubeObject): void {
  if (resource.namespaced) admitNamespace(store, catalogue, resource, object)
  if (resource.kind !== 'Pod' || resource.group !== '') return
  admitServiceAccount(store, resource, object)
  const labels = store.get('namespaces', undefined, object.metadata.namespace ?? '')?.metadata.labels
  const refusal = podSecurityRefusal(labels, object['spec'] as PodSpec)
  if (refusal !== undefined) throw forbidden(resource, object.metadata.name, refusal)
}

function admitNamespace(store: Store, catalogue: ResourceCatalogue, resource: Resource, object: KubeObject): void {
  const { name, namespace = '' } = object.metadata
  const found = store.get('namespaces', undefined, namespace)
  if (found === undefined) throw notFound(catalogue.require('namespaces'), namespace)
  if (found.metadata.deletionTimestamp === undefined) return
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  const refused = forbidden(resource, name, why)
  const causes = [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]
  throw new ApiError(403, 'Forbidden', refused.message, { ...refused.details, causes })
}

function admitServiceAccount(store: Store, resource: Resource, object: KubeObject): void {
  const spec = object['spec'] as PodSpec
  const { name, namespace = '' } = object.metadata
  const account = spec.serviceAccountName ?? 'default'
  const found = store.get('serviceaccounts', namespace, account)
  if (found === undefined) {
    const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`
    throw forbidden(resource, name, why)
  }
  const automount = spec.automountServiceAccountToken ?? found['automountServiceAccountToken'] ?? true
  const named: PodSpec = { ...spec, serviceAccountName: account }
  object['spec'] = automount === false ? named : withToken(named, name)
}

/** The token volume every pod gets that does not refuse it, as the ServiceAccount admission plugin writes it. */
function withToken(spec: PodSpec, pod: string): PodSpec {
  const mounted = [...(spec.initContainers ?? []), ...spec.containers].every(hasToken)
  if (mounted) return spec
  const volume = `kube-api-access-${suffix(pod)}`
  const mount = (container: Container): Container => {
    if (hasToken(container)) return container
    const token = { name: volume, mountPath: tokenMount, readOnly: true }
    return { ...container, volumeMounts: [...(container.volumeMounts ?? []), token] }
  }
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
      },
    },
  ]
  return {
    ...spec,
    containers: spec.containers.map(mount),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(mount) }),
    volumes: [...(spec.volumes ?? []), { name: volume, projected: { sources, defaultMode: 0o644 } }],
  }
}

function hasToken(container: Container): boolean {
  return (container.volumeMounts ?? []).some(mount => mount.mountPath === tokenMount)
}

function suffix(text: string): string {
  let hash = 0
  for (const character of text) hash = (hash * 31 + character.charCodeAt(0)) % 60466176
  return hash.toString(36).padStart(5, '0').slice(-5)
}

/** Whether a pod may talk to the API: some container of it mounts a service account token. */
export function hasApiAccess(object: KubeObject): boolean {
  const containers = fieldsOf(object, 'spec')['containers']
  return Array.isArray(containers) && (containers as Container[]).some(hasToken)
}
