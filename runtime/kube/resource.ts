/** One kind of object as the Kubernetes API addresses it. */
export interface Resource {
  /** API group; empty for the core group. */
  readonly group: string
  readonly version: string
  /** The name in URLs: `jobs`, `persistentvolumeclaims`. */
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
}

const core = (plural: string, kind: string, namespaced = true): Resource => ({
  group: '',
  version: 'v1',
  plural,
  kind,
  namespaced,
})

export const PODS = core('pods', 'Pod')
export const EVENTS = core('events', 'Event')
export const PERSISTENT_VOLUME_CLAIMS = core('persistentvolumeclaims', 'PersistentVolumeClaim')
export const SERVICE_ACCOUNTS = core('serviceaccounts', 'ServiceAccount')
export const NAMESPACES = core('namespaces', 'Namespace', false)
export const NODES = core('nodes', 'Node', false)
export const PERSISTENT_VOLUMES = core('persistentvolumes', 'PersistentVolume', false)
export const JOBS: Resource = { group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job', namespaced: true }
export const CRON_JOBS: Resource = {
  group: 'batch',
  version: 'v1',
  plural: 'cronjobs',
  kind: 'CronJob',
  namespaced: true,
}
export const LEASES: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
}

/** A kind of Holdfast's own API group, `holdfast.dev/v1alpha1`. */
export function holdfast(plural: string, kind: string, namespaced: boolean): Resource {
  return { group: 'holdfast.dev', version: 'v1alpha1', plural, kind, namespaced }
}

/** The `apiVersion` objects of this kind carry: `v1`, `batch/v1`. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
}

/** Which object, or which collection, a request is about. */
export interface ResourceAddress {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly subresource?: 'status' | undefined
}

/**
 * The URL path of a collection or an object (Kubernetes API concepts, "resource URIs"), each part percent-encoded.
 * A namespaced kind without a namespace means the collection across all namespaces.
 * @throws Error when one object of a namespaced kind is named without its namespace.
 */
export function resourcePath(resource: Resource, address: ResourceAddress = {}): string {
  const { namespace, name, subresource } = address
  if (resource.namespaced && name !== undefined && !namespace) {
    throw new Error(`${resource.kind} ${name} has no namespace; a ${resource.kind} is addressed as namespace/name.`)
  }
  const parts = resource.group === '' ? ['api'] : ['apis', resource.group]
  parts.push(resource.version)
  if (resource.namespaced && namespace) parts.push('namespaces', namespace)
  parts.push(resource.plural)
  if (name !== undefined) parts.push(name)
  if (subresource !== undefined) parts.push(subresource)
  return `/${parts.map(encodeURIComponent).join('/')}`
}
