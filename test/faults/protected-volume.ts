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

/** Name of the Secret and the claim behind the Repository of the flows. */
export const storeClaim = 'store'
export const storeSecret = 'store-keys'

/** The Repository `store` on the claim of that name. */
export function storeRepository(chart: Chart, props: Partial<RepositoryProps> = {}): Repository {
  const backend = Backend.local({ claimName: storeClaim, subPath: 'repository', secretName: storeSecret })
  return new Repository(chart, 'store', { backend, ...props })
}

/** A policy for a claim, by default `data`. It never fires by itself while a flow lasts: flows fire its CronJob. */
export function policyFor(
  chart: Chart,
  repository: IRepository,
  props: Partial<ScheduledBackupProps> & { readonly name?: string } = {},
): VolumeBackup {
  const { name = 'data', ...rest } = props
  return new VolumeBackup(chart, name, {
    claim: 'data',
    repository,
    schedule: Schedule.cron('0 3 1 7 *'),
    retention: Retention.keep({ last: 5 }),
    timeOut: '20m',
    ...rest,
  })
}

export const twoFiles = { 'a.txt': 'a\n', 'dir/b.txt': 'b\n' }
