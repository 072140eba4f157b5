import type { Hook } from '../../lib/api/hooks.js'
import type { Notification } from '../../lib/api/notification.js'
import { resolve } from '../../lib/resolver.js'
import { builtIn, configuration, repository, restoreSession, settings } from '../runtime/controller/observation.js'
import { container, runtimeSettings } from './runtime-fixture.js'
import type { Specs } from './scenarios.js'

/** Specs of one world; leaves of `kind` are changed in it, one at a time, those that `only` names or all. */
export interface Fixture {
  readonly kind: Exclude<keyof Specs, 'crossing'>
  readonly specs: Specs
  readonly only?: string
}

const retentionPolicy = {
  ...{ name: 'tidy', keepLast: 1, keepHourly: 2, keepDaily: 3, keepWeekly: 4, keepMonthly: 5, keepYearly: 6 },
  ...{ keepWithin: '1d', keepWithinHourly: '2d', keepWithinDaily: '3d', keepWithinWeekly: '4d' },
  ...{ keepWithinMonthly: '5m', keepWithinYearly: '6y', keepTags: ['gold'], dryRun: true },
}
const interim = {
  accessModes: ['ReadWriteOnce' as const],
  resources: { requests: { storage: '2Gi' }, limits: { storage: '3Gi' } },
  ...{ storageClassName: 'fast', volumeAttributesClassName: 'gold' },
}
const mover = {
  readAs: { user: 1000, group: 1001, fsGroup: 1002, supplementalGroups: [1003] },
  privileges: 'restricted' as const,
  runtimeSettings,
  tempDir: { medium: 'Memory' as const, sizeLimit: '1Gi', disableCaching: true },
  interimVolumeTemplate: { metadata: { name: 'dump' }, spec: interim },
  timeOut: '3h',
  startDeadline: '20m',
}
const ref = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data' } as const
const target = { ref, alias: 'shop/data', volumeMounts: [{ mountPath: '/data', subPath: 'html' }] }
const store = { name: 'store', namespace: 'shop', secretName: 'store-keys' }
const task = (name: string) => ({ name, params: [{ name: 'level', value: 'deep' }] })

const filters = { exclude: ['*.tmp'], args: ['--tag=web'] }
const policy = configuration({
  ...mover,
  target: { ...target, paths: ['/data/www'], ...filters },
  repository: store,
  task: task('dump'),
  schedule: '0 11 * * *',
  timeZone: 'Etc/UTC',
  recoveryPointObjective: '24h',
  startingDeadline: '2h',
  paused: false,
  backupHistoryLimit: 3,
  retentionPolicy,
  retryConfig: { maxRetry: 1, delay: '5m' },
  partialPolicy: 'Fail',
  emptySourcePolicy: 'Fail',
}).spec

const rule = {
  ...{ targetHosts: ['shop/data'], sourceHost: 'shop/old', include: ['/www'], exclude: ['*.tmp'] },
}
const restore = restoreSession({
  ...mover,
  target: { ...target, rules: [{ ...rule, snapshots: ['a'.repeat(64)] }, { snapshots: ['latest'] }] },
  repository: store,
  task: task('dump'),
  destination: '/data/www',
  overwrite: 'IfEmpty',
}).spec

const secret = { storageSecretName: 'store-keys' }
const place = { bucket: 'backups', prefix: 'shop', maxConnections: 3 }
const volume = { mountPath: '/store', subPath: 'shop' }
const backends = [
  { s3: { endpoint: 's3.test', bucket: 'backups', prefix: 'shop', region: 'eu', insecureTLS: true } },
  { gcs: place },
  { b2: place },
  { azure: { container: 'backups', prefix: 'shop', maxConnections: 3 } },
  { swift: { container: 'backups', prefix: 'shop' } },
  { rest: { url: 'https://rest.test/' } },
  { local: { ...volume, persistentVolumeClaim: { claimName: 'store' } } },
  { local: { ...volume, nfs: { server: 'nfs.test', path: '/exports' } } },
  { local: { ...volume, hostPath: { path: '/srv', node: 'one' } } },
].map(backend => ({ ...backend, ...secret }))
const maintenance = {
  forget: { interval: '3h' },
  check: { interval: '48h', readDataSubset: '5%' },
  prune: { interval: '48h', maxUnused: '5%', maxRepackSize: '1G' },
  resources: { requests: { cpu: '100m' }, limits: { memory: '1Gi' } },
}
const plain = { clusterName: 'berlin', maxConcurrentSessions: 3, maintenance }
const consent = (from: 'All' | 'Selector', selector?: object) => ({
  usagePolicy: { allowedNamespaces: { from, ...(selector === undefined ? {} : { selector }) } },
})
const gold = [{ key: 'tier', operator: 'In' as const, values: ['gold'] }]
const across = { BackupConfiguration: configuration({ repository: { ...store, namespace: 'vault' } }).spec }

const address = { host: 'db', port: 80 }
const request = { ...address, path: '/lock', scheme: 'HTTP' as const, httpHeaders: [{ name: 'Auth', value: 'none' }] }
const secretKeyRef = { name: 'chat', key: 'url' }
const confidential = { urlFrom: { secretKeyRef }, httpHeaders: [{ name: 'Auth', valueFrom: { secretKeyRef } }] }
const hooks: Hook[] = [
  { exec: { command: ['sync'] }, containerName: 'dump' },
  { httpGet: request, containerName: 'dump' },
  { httpPost: { ...request, body: 'now' } },
  { httpPost: { ...request, form: [{ key: 'when', values: ['now'] }] } },
  { tcpSocket: address },
  { httpGet: confidential },
  { httpPost: confidential },
]
const notifications: Notification[] = [
  { name: 'chat', on: ['Started'], httpGet: request },
  { name: 'chat', on: ['Started'], httpGet: confidential },
  { name: 'chat', on: ['Started'], httpPost: { ...request, body: 'now' } },
  { name: 'chat', on: ['Started'], httpPost: { ...confidential, form: [{ key: 'when', values: ['now'] }] } },
]

const committed = resolve(
  {
    ...{ kind: 'BackupConfiguration', namespace: 'shop', name: 'data', spec: configuration().spec },
    repository: { name: 'store', namespace: 'shop', spec: repository().spec },
    image: settings.image,
  } as const,
  builtIn('pvc-backup'),
)
if (!committed.ok) throw new Error('the fixture’s template does not resolve')
const { spec: jobSpec, ...jobMetadata } = committed.template

const dumpFunction = {
  image: 'dump:1',
  command: ['dump'],
  args: ['--level=${level:=low}'],
  workingDir: '/',
  env: [{ name: 'COLOUR', value: 'blue', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  volumeMounts: [{ name: 'target-volume', mountPath: '/data' }],
  volumeDevices: [{ name: 'raw', devicePath: '/dev/raw' }],
  ports: [{ containerPort: 8080 }],
  runtimeSettings: container,
  kubernetesAccess: { serviceAccountName: 'dumper' },
}
const dumpTask = {
  steps: [
    { name: 'dump', params: [{ name: 'level', value: 'deep' }] },
    {
      name: 'update-status',
      params: [
        { name: 'outputDir', value: '/out' },
        { name: 'secretVolume', value: 'keys' },
      ],
    },
  ],
  volumes: [{ name: 'target-volume', persistentVolumeClaim: { claimName: 'data' } }],
}
const dumping = { BackupConfiguration: configuration({ task: { name: 'dump' } }).spec }
const showing = { Function: { image: 'dump:1', args: ['${level:=low}'] } }

/** Worlds in which, together, every leaf of every kind has a value. */
export const fixtures: readonly Fixture[] = [
  { kind: 'BackupConfiguration', specs: { BackupConfiguration: policy, ...showing } },
  {
    kind: 'BackupConfiguration',
    specs: { BackupConfiguration: { ...policy, target: { ...target, ...filters }, task: task('pvc-backup') } },
  },
  ...hooks.map(hook => ({
    kind: 'BackupConfiguration' as const,
    specs: {
      BackupConfiguration: configuration({
        task: { name: 'dump' },
        hooks: { preBackup: hook, postBackup: { ...hook, executionPolicy: 'Always' } },
      }).spec,
    },
    only: 'hooks',
  })),
  ...notifications.map(each => ({
    kind: 'BackupConfiguration' as const,
    specs: { BackupConfiguration: configuration({ hooks: { notifications: [each] } }).spec },
    only: 'hooks',
  })),
  {
    kind: 'BackupConfiguration',
    specs: { BackupConfiguration: configuration({ jobTemplate: { spec: jobSpec, ...jobMetadata } }).spec },
    only: 'jobTemplate',
  },
  {
    kind: 'BackupSession',
    specs: { BackupSession: { invoker: { apiGroup: 'holdfast.dev', kind: 'BackupConfiguration', name: 'data' } } },
  },
  { kind: 'RestoreSession', specs: { RestoreSession: restore, ...showing } },
  { kind: 'RestoreSession', specs: { RestoreSession: { ...restore, task: task('pvc-restore') } } },
  {
    kind: 'RestoreSession',
    specs: {
      RestoreSession: restoreSession({ target: { ...target, rules: [{ paths: ['/data/www'] }] }, whenNotEmpty: 'Fail' })
        .spec,
    },
  },
  ...hooks.map(hook => ({
    kind: 'RestoreSession' as const,
    specs: {
      RestoreSession: restoreSession({
        task: { name: 'dump' },
        hooks: { preRestore: hook, postRestore: { ...hook, executionPolicy: 'Always' } },
      }).spec,
    },
    only: 'hooks',
  })),
  ...notifications.map(each => ({
    kind: 'RestoreSession' as const,
    specs: { RestoreSession: restoreSession({ hooks: { notifications: [each] } }).spec },
    only: 'hooks',
  })),
  ...backends.map(backend => ({ kind: 'Repository' as const, specs: { Repository: { backend, ...plain } } })),
  ...[
    consent('All'),
    consent('Selector', { matchLabels: { team: 'shop' } }),
    consent('Selector', { matchExpressions: gold }),
  ].map(usage => ({
    kind: 'Repository' as const,
    specs: { ...across, crossing: true, Repository: { ...repository().spec, ...usage } },
    only: 'usagePolicy',
  })),
  { kind: 'Function', specs: { ...dumping, Function: dumpFunction } },
  { kind: 'Task', specs: { ...dumping, ...showing, Task: dumpTask } },
]
