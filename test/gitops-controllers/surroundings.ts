import type { KubeObject } from '../../runtime/kube/object.js'
import type { Cluster } from './cluster.js'

interface Policy extends KubeObject {
  readonly spec: {
    readonly target?: { readonly ref?: { readonly kind?: string; readonly name?: string } }
    readonly backend?: { readonly storageSecretName?: string }
    readonly repositorySecretName?: string
  }
}

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
const bound = { accessModes: ['ReadWriteOnce'], storageClassName: '' }

/** What the applications of a cluster bring, whose backups git speaks of: namespaces, claims and Secrets. */
export class Surroundings {
  readonly #cluster: Cluster
  readonly #namespaces: readonly KubeObject[]
  readonly #volumes: readonly KubeObject[]
  readonly #rest: readonly KubeObject[]

  constructor(cluster: Cluster, objects: readonly KubeObject[]) {
    this.#cluster = cluster
    const made = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name)
    const used = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))
    this.#namespaces = [...used].filter(name => !made.includes(name)).map(namespace)
    this.#rest = [...byName(objects as readonly Policy[])].map(([, object]) => object)
    const claims = this.#rest.filter(({ kind }) => kind === 'PersistentVolumeClaim').length
    // The control plane has a claim of its own.
    this.#volumes = Array.from({ length: claims + 2 }, (_, index) => volume(index))
  }

  async make(): Promise<void> {
    await this.#cluster.apply([...this.#namespaces, ...this.#volumes])
    await this.#cluster.apply(this.#rest)
  }

  async remove(): Promise<void> {
    await this.#cluster.delete(this.#namespaces)
    await this.#cluster.delete(this.#volumes)
  }
}

/** Claims and Secrets that policies name, each once. */
function byName(objects: readonly Policy[]): Map<string, KubeObject> {
  const made = new Map<string, KubeObject>()
  for (const { spec, metadata } of objects) {
    const claim = spec?.target?.ref?.kind === 'PersistentVolumeClaim' ? spec.target.ref.name : undefined
    const secret = spec?.backend?.storageSecretName ?? spec?.repositorySecretName
    const place = { namespace: metadata.namespace ?? '' }
    if (claim !== undefined) made.set(`claim ${place.namespace}/${claim}`, claimOf({ ...place, name: claim }))
    if (secret !== undefined) made.set(`secret ${place.namespace}/${secret}`, secretOf({ ...place, name: secret }))
  }
  return made
}

function claimOf(metadata: { namespace: string; name: string }): KubeObject {
  const spec = { ...bound, resources: { requests: { storage: '1Gi' } } }
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec }
}

function secretOf(metadata: { namespace: string; name: string }): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { RESTIC_PASSWORD: 'example' } }
}

function volume(index: number): KubeObject {
  const spec = { ...bound, capacity: { storage: '100Gi' }, hostPath: { path: '/nonexistent' } }
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: `gitops-controllers-${index}` }, spec }
}
