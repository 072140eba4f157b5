import type { Backend } from './api/backend.js'
import { defaultRepositoryMountPath } from './api/group.js'
import { type Provider, providerOf } from './provider.js'

/** Where movers mount a `local` backend’s volume. */
export function repositoryMountPath(backend: Backend): string | undefined {
  return backend.local === undefined ? undefined : (backend.local.mountPath ?? defaultRepositoryMountPath)
}

const underPrefix = (root: string, prefix: string | undefined) => (prefix === undefined ? root : `${root}/${prefix}`)

/** restic’s name of the repository (its `-r`), for restic ≥ 0.17. It never holds a credential. */
export function repositoryUrl(backend: Backend): string {
  const { s3, gcs, azure, b2, swift, rest, local } = backend
  if (s3 !== undefined) return `s3:${underPrefix(`${s3.endpoint}/${s3.bucket}`, s3.prefix)}`
  if (gcs !== undefined) return `gs:${gcs.bucket}:/${gcs.prefix ?? ''}`
  if (azure !== undefined) return `azure:${azure.container}:/${azure.prefix ?? ''}`
  if (b2 !== undefined) return `b2:${b2.bucket}:${b2.prefix ?? ''}`
  if (swift !== undefined) return `swift:${swift.container}:/${swift.prefix ?? ''}`
  if (rest !== undefined) return `rest:${rest.url.endsWith('/') ? rest.url : `${rest.url}/`}`
  return underPrefix(repositoryMountPath(backend) ?? defaultRepositoryMountPath, local?.subPath)
}

/**
 * What tells two stores apart in a whole cluster: sessions and exclusive work are counted by it.
 * A claim-backed volume is its claim, wherever it is mounted.
 */
export function storeKey(backend: Backend, namespace: string): string {
  const local = backend.local
  // restic takes an endpoint without a scheme for https; two ways of writing one store must not look like two stores.
  if (local === undefined) return repositoryUrl(backend).replace(/^s3:https?:\/\//, 's3:')
  const folder = local.subPath ?? ''
  if (local.persistentVolumeClaim !== undefined) {
    return `claim:${namespace}/${local.persistentVolumeClaim.claimName}:${folder}`
  }
  if (local.nfs !== undefined) return `nfs:${local.nfs.server}:${local.nfs.path}:${folder}`
  return `node:${local.hostPath?.node ?? ''}:${local.hostPath?.path ?? ''}:${folder}`
}

/** The parts of a backend that Stash gives its Functions as variables of their own. */
export interface StoreParts {
  readonly provider: Provider
  readonly bucket: string
  readonly prefix: string
  readonly endpoint?: string
  readonly region?: string
  readonly insecureTLS: boolean
  readonly maxConnections: number
}

export function storeParts(backend: Backend): StoreParts {
  const provider = providerOf(backend)
  const { s3, gcs, azure, b2, swift, rest, local } = backend
  const endpoint = s3?.endpoint ?? rest?.url
  return {
    provider,
    bucket:
      s3?.bucket ??
      gcs?.bucket ??
      azure?.container ??
      b2?.bucket ??
      swift?.container ??
      repositoryMountPath(backend) ??
      '',
    prefix: s3?.prefix ?? gcs?.prefix ?? azure?.prefix ?? b2?.prefix ?? swift?.prefix ?? local?.subPath ?? '',
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(s3?.region === undefined ? {} : { region: s3.region }),
    insecureTLS: s3?.insecureTLS ?? false,
    maxConnections: gcs?.maxConnections ?? azure?.maxConnections ?? b2?.maxConnections ?? 0,
  }
}
