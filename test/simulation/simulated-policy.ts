import type { Chart } from 'cdk8s'
import {
  Backend,
  Repository,
  type RepositoryProps,
  Retention,
  Schedule,
  type ScheduledBackupProps,
  VolumeBackup,
} from '../../constructs/index.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { compiled } from '../behaviour/policy.js'
import { simulatedImage } from './system-objects.js'

export interface SimulatedPolicyOptions {
  readonly namespace: string
  /** Claims, each with a policy of the same name. Default: `data`. */
  readonly claims?: readonly string[]
  /** What differs from an ordinary policy: daily at 03:00, the last five snapshots kept. */
  readonly backup?: (claim: string) => Partial<ScheduledBackupProps>
  readonly repository?: Partial<RepositoryProps>
  /** Adds more to the chart, such as restores. */
  readonly more?: (chart: Chart, repository: Repository) => void
}

/** A namespace with claims, a Secret, a Repository `store` in a local volume, and a policy for each claim. */
export function simulatedPolicy(options: SimulatedPolicyOptions): KubeObject[] {
  const { namespace, claims = ['data'] } = options
  const policies = compiled(simulatedImage, { namespace }, chart => {
    const backend = Backend.local({ claimName: 'store', secretName: 'store-keys' })
    const repository = new Repository(chart, 'store', { backend, ...options.repository })
    for (const claim of claims) {
      new VolumeBackup(chart, claim, {
        claim,
        repository,
        schedule: Schedule.cron('0 3 * * *'),
        retention: Retention.keep({ last: 5 }),
        ...options.backup?.(claim),
      })
    }
    options.more?.(chart, repository)
  })
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    secret(namespace),
    ...[...claims, 'store'].map(name => claimOf(namespace, name)),
    ...policies,
  ]
}

function secret(namespace: string): KubeObject {
  const stringData = { RESTIC_PASSWORD: 'simulated' }
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'store-keys', namespace }, stringData } as KubeObject
}

function claimOf(namespace: string, name: string): KubeObject {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace }, spec } as KubeObject
}
