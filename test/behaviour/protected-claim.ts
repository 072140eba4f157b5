import type { Chart } from 'cdk8s'
import {
  Backend,
  type IRepository,
  Repository,
  type RepositoryProps,
  Retention,
  Schedule,
  type ScheduledBackupProps,
  VolumeBackup,
} from '../../constructs/index.js'
import type { Backend as BackendSpec } from '../../lib/api/backend.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { policy } from './policy.js'
import type { StoreKind, TestStore, VolumeFiles, World } from './world.js'

/** Changes to the usual policy. */
export interface ProtectedClaimOptions {
  readonly store?: StoreKind
  readonly level?: 'restricted' | 'baseline'
  readonly backup?: Partial<ScheduledBackupProps>
  readonly repository?: Partial<RepositoryProps>
}

/** A claim with two files, and a policy that protects it. */
export interface ProtectedClaim {
  readonly namespace: string
  readonly claim: 'data'
  readonly store: TestStore
  readonly files: VolumeFiles
  readonly repository: 'store'
  /** What was applied. */
  readonly objects: readonly KubeObject[]
}

/** The backend of a test’s store, as a policy writes it. */
export function backendOf({ s3, rest, local, storageSecretName: secretName }: BackendSpec): Backend {
  if (s3 !== undefined) {
    const { endpoint, bucket, prefix = '' } = s3
    return Backend.s3({ endpoint, bucket, prefix, secretName })
  }
  if (rest !== undefined) return Backend.rest({ ...rest, secretName })
  const { persistentVolumeClaim, subPath = '' } = local ?? {}
  return Backend.local({ claimName: persistentVolumeClaim?.claimName ?? '', subPath, secretName })
}

/** The Repository of a protected claim, for policies that are written later. */
export function repositoryOf(
  chart: Chart,
  { namespace, repository, store }: Pick<ProtectedClaim, 'namespace' | 'repository' | 'store'>,
): IRepository {
  const spec = { backend: store.backend }
  return Repository.fromManifest(chart, repository, { metadata: { name: repository, namespace }, spec })
}

/** Claim `data` with files a.txt and dir/b.txt, Secret `store-keys`, Repository `store`, BackupConfiguration `data`. */
export async function protectedClaim(world: World, options: ProtectedClaimOptions = {}): Promise<ProtectedClaim> {
  const namespace = await world.namespace(options.level)
  await world.claim(namespace, 'data')
  const files = await world.files(namespace, 'data')
  await files.write('a.txt', 'a\n')
  await files.write('dir/b.txt', 'b\n')
  const store = await world.store(options.store ?? 'local', namespace, 'store-keys')
  const objects = policy(world, namespace, chart => {
    const repository = new Repository(chart, 'store', { backend: backendOf(store.backend), ...options.repository })
    new VolumeBackup(chart, 'data', {
      claim: 'data',
      repository,
      schedule: Schedule.cron('0 3 * * *'),
      retention: Retention.keep({ last: 5 }),
      ...options.backup,
    })
  })
  await world.apply(...objects)
  return { namespace, claim: 'data', store, files, repository: 'store', objects }
}
