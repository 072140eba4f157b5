import type { Chart } from 'cdk8s'
import { type RepositoryProps, Retention, Schedule, type ScheduledBackupProps } from '../../constructs/index.js'
import { ownTask } from '../../test/behaviour/own-task.js'
import type { HookServer } from '../../test/cluster/faults/hook-server.js'

export type StoreName = 'local' | 'rest' | 's3' | 'kept'

/** What a kind of policy may refer to. */
export interface Setting {
  readonly chart: Chart
  readonly image: string
  readonly hooks: HookServer
}

/** One policy of the soak: where it stores, how its sessions end when nothing is wrong, and what is special about it. */
export interface Kind {
  readonly name: string
  readonly store: StoreName
  readonly ends: readonly string[]
  /** Its CronJob makes its sessions; otherwise the soak does, one after the other. */
  readonly scheduled?: true
  /** What its volume holds instead of what its content model says, or beside it. */
  readonly holds?: 'nothing' | 'an unreadable file'
  /** It is deleted halfway. */
  readonly leaves?: true
  readonly keepLast: number
  readonly change?: (setting: Setting) => Partial<ScheduledBackupProps>
}

const good = ['Succeeded in attempt 1']

/** The file that movers may not read. */
export const unreadable = 'secret.txt'

const hooked = (name: string) => ({
  change({ hooks: { host, port } }: Setting) {
    const at = (when: string) => ({ httpGet: { host, port, path: `/soak/${name}/${when}` } })
    return { hooks: { preBackup: at('before'), postBackup: at('after') } }
  },
})

const secondTime = ({ chart, image }: Setting) => {
  const script = 'test "${ATTEMPT}" -gt 1'
  const task = ownTask(chart, image, 'retried', [{ name: 'second-time', script }, 'pvc-backup', 'update-status'])
  return { task, retryConfig: { maxRetry: 3, delay: '5s' }, backupHistoryLimit: 3 }
}

const scratchClaim = { accessModes: ['ReadWriteOnce' as const], resources: { requests: { storage: '100Mi' } } }

/** Every kind of policy that has a path of its own through the system. */
export const kinds: readonly Kind[] = [
  { name: 'plain', store: 'local', ends: good, keepLast: 5 },
  { name: 'hooked', store: 'local', ends: good, keepLast: 5, ...hooked('hooked') },
  {
    name: 'partial',
    store: 'local',
    ends: ['PartiallySucceeded: SourceUnreadable'],
    holds: 'an unreadable file',
    keepLast: 5,
    change: () => ({ partialPolicy: 'Accept' }),
  },
  {
    name: 'interim',
    store: 'local',
    ends: good,
    keepLast: 5,
    change: () => ({ interimVolumeTemplate: { spec: scratchClaim } }),
  },
  { name: 'leaving', store: 'local', ends: good, leaves: true, keepLast: 5 },
  { name: 'retried', store: 'rest', ends: ['Succeeded in attempt 2'], keepLast: 5, change: secondTime },
  {
    name: 'pair',
    store: 'rest',
    ends: good,
    keepLast: 5,
    change: () => ({ paths: ['/holdfast-data/left', '/holdfast-data/right'] }),
  },
  { name: 'slow', store: 'rest', ends: good, keepLast: 5, change: () => ({ args: ['--limit-upload=100'] }) },
  {
    name: 'often',
    store: 'rest',
    ends: good,
    scheduled: true,
    keepLast: 5,
    change: () => ({ schedule: Schedule.cron('*/2 * * * *'), startingDeadline: '30s' }),
  },
  { name: 'first', store: 's3', ends: good, keepLast: 5 },
  { name: 'second', store: 's3', ends: good, keepLast: 5 },
  { name: 'third', store: 's3', ends: good, keepLast: 5 },
  { name: 'empty', store: 's3', ends: ['Failed: EmptySource'], holds: 'nothing', keepLast: 5 },
  { name: 'checked', store: 'kept', ends: good, keepLast: 2 },
  {
    name: 'regular',
    store: 'kept',
    ends: good,
    scheduled: true,
    keepLast: 2,
    change: setting => ({
      ...hooked('regular').change(setting),
      schedule: Schedule.cron('*/3 * * * *'),
      startingDeadline: '30s',
    }),
  },
]

/** What is special about each store: one runs a session at a time, one is verified and pruned all the time. */
export const repositories: Readonly<Record<StoreName, Partial<RepositoryProps>>> = {
  local: {},
  rest: {},
  s3: { maxConcurrentSessions: 1 },
  kept: { maintenance: { check: { interval: '3m', readDataSubset: '100%' }, prune: { interval: '3m' } } },
}

/** What all policies share: sessions that Kubernetes forgets are given up within minutes. */
export const shared = (keepLast: number) => ({
  schedule: Schedule.cron('0 3 1 1 *'),
  retention: Retention.keep({ last: keepLast }),
  timeOut: '12m',
  startDeadline: '4m',
  backupHistoryLimit: 1000,
})
