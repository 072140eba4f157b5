import { notificationEvents } from '../../lib/notification/event.js'
import type { FlagTable } from './flags.js'

const connection: FlagTable = {
  repository: { help: 'restic’s name of the repository; never with credentials' },
  provider: { help: 'kind of store', oneOf: ['s3', 'gcs', 'azure', 'b2', 'swift', 'rest', 'local'] },
  region: { help: 'region that S3 requests are signed for', otherwise: '' },
  'insecure-tls': { help: 'accept any certificate', kind: 'boolean', otherwise: 'false' },
  'max-connections': { help: 'connections to the store; 0 for restic’s own default', kind: 'integer', otherwise: '0' },
  'secret-dir': { help: 'folder with the Secret’s keys as files' },
  'scratch-dir': { help: 'writable folder for cache and temporary files' },
  'enable-cache': { help: 'use restic’s cache', kind: 'boolean', otherwise: 'true' },
  'retry-lock': { help: 'how long restic waits for the lock (Go duration)', otherwise: '5m' },
  'open-patience': { help: 'seconds that a store may take to answer at first', kind: 'integer', otherwise: '90' },
}
const session: FlagTable = {
  hostname: { help: 'host of the snapshots: [<cluster>/]<namespace>/<claim>' },
  'session-uid': { help: 'uid of the session' },
  attempt: { help: 'number of the attempt, from 1', kind: 'integer' },
  'repository-id': { help: 'restic’s id of the repository, empty while unknown', otherwise: '' },
  'output-dir': { help: 'folder that all containers of the pod share' },
}
const metricIdentity: FlagTable = {
  namespace: { help: 'namespace of the session' },
  'repository-name': { help: 'name of the Repository object' },
  bucket: { help: 'bucket, container or mount path of the store', otherwise: '' },
  prefix: { help: 'folder inside the store', otherwise: '' },
  'cluster-name': {
    help: 'label `cluster` of what is pushed; a session’s $PROMETHEUS_CLUSTER_NAME wins',
    otherwise: '',
  },
  'pushgateway-url': { help: 'where metrics are pushed, empty for nowhere', otherwise: '' },
}
const invoker: FlagTable = {
  'invoker-kind': { help: 'kind of the object that asked for the session' },
  'invoker-name': { help: 'its name' },
  'target-kind': { help: 'kind of the target', otherwise: 'PersistentVolumeClaim' },
  'target-name': { help: 'name of the target' },
}
const policy = ['Fail', 'Accept']
const requestSecrets = { help: 'folder with the credentials of its requests, a file each', otherwise: '' }
const list = (help: string) => ({ help: `${help} (JSON array)`, kind: 'list' as const, otherwise: '[]' })

export const pvcBackupFlags: FlagTable = {
  ...connection,
  ...session,
  'may-initialize': { help: 'make the repository when there is none', kind: 'boolean', otherwise: 'false' },
  'mount-path': { help: 'where the volume is mounted' },
  paths: { help: 'folders that are stored, a snapshot each (JSON array)', kind: 'list' },
  exclude: list('patterns of restic that are left out'),
  args: list('further flags of restic backup, from the allow-list'),
  'partial-policy': { help: 'what unreadable files mean', oneOf: policy, otherwise: 'Fail' },
  'empty-source-policy': { help: 'what a volume without files means', oneOf: policy, otherwise: 'Fail' },
}

export const pvcRestoreFlags: FlagTable = {
  ...connection,
  ...session,
  'source-hostname': { help: 'host whose snapshots are restored' },
  'mount-path': { help: 'where the volume is mounted' },
  destination: { help: 'folder under the mount path that receives the data' },
  snapshots: list('latest, or ids'),
  paths: list('stored paths whose newest snapshot is restored'),
  include: list('only what matches, relative to the stored path'),
  exclude: list('not what matches, relative to the stored path'),
  overwrite: {
    help: 'what may happen to files that are there',
    oneOf: ['IfEmpty', 'Merge', 'Replace'],
    otherwise: 'IfEmpty',
  },
  'when-not-empty': {
    help: 'with IfEmpty: what a folder with files means',
    oneOf: ['Fail', 'Skip'],
    otherwise: 'Fail',
  },
}

export const updateStatusFlags: FlagTable = { ...connection, ...session, ...metricIdentity, ...invoker }

export const finishFlags: FlagTable = {
  ...updateStatusFlags,
  target: { help: 'what the session was', oneOf: ['backup', 'restore'] },
  paths: list('folders that the session was to store'),
  cause: { help: 'reason why the mover did not report' },
  'cause-message': { help: 'the same in words', otherwise: '' },
  'remove-dead-locks': {
    help: 'first remove the locks of the pod whose host name this one has',
    kind: 'boolean',
    otherwise: 'false',
  },
  prior: { help: 'what pvc-backup or pvc-restore said in its termination message, or empty', otherwise: '' },
}

export const maintainFlags: FlagTable = {
  ...connection,
  ...metricIdentity,
  'repository-id': { help: 'restic’s id of the repository, empty while unknown', otherwise: '' },
  'output-dir': { help: 'folder for the full report', otherwise: '' },
  forget: { help: 'retention: [{host, path, policy}] as JSON', kind: 'json', otherwise: '[]' },
  check: { help: 'verify the repository', kind: 'boolean', otherwise: 'false' },
  'read-data-subset': { help: 'how much data the check reads (5%, 1/10, 2G), empty for none', otherwise: '' },
  prune: { help: 'remove unreferenced data', kind: 'boolean', otherwise: 'false' },
  'only-unlock': { help: 'only remove locks whose process is gone', kind: 'boolean', otherwise: 'false' },
  'max-unused': { help: 'unused data that may stay', otherwise: '' },
  'max-repack-size': { help: 'data that is repacked at most', otherwise: '' },
}

export const runHookFlags: FlagTable = {
  hook: { help: 'the hook as JSON', kind: 'json' },
  'hook-type': { help: 'when it runs', oneOf: ['preBackup', 'postBackup', 'preRestore', 'postRestore'] },
  'output-dir': { help: 'folder that all containers of the pod share' },
  session: { help: 'what the policy says of its sessions, as JSON', kind: 'json', otherwise: '' },
  'request-secrets': requestSecrets,
}

export const notifyFlags: FlagTable = {
  event: { help: 'what happened', oneOf: notificationEvents },
  session: { help: 'summary of the session as JSON', kind: 'json' },
  notifications: { help: 'who is told, as JSON', kind: 'json' },
  'request-secrets': requestSecrets,
  'output-dir': { help: 'folder for the full report', otherwise: '' },
}

export const triggerFlags: FlagTable = {
  configuration: { help: 'name of the BackupConfiguration' },
  'cron-job': { help: 'name of the CronJob', otherwise: '' },
  'job-name': { help: 'name of the Job that this pod belongs to' },
  namespace: { help: 'namespace of the configuration' },
}
