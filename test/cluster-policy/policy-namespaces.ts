import type { Chart } from 'cdk8s'
import { Duration } from 'cdk8s'
import {
  Backend,
  Function as HoldfastFunction,
  Repository,
  Retention,
  restoresAgain,
  Schedule,
  Task,
  VolumeBackup,
  VolumeRestore,
} from '../../constructs/index.js'
import type { RuntimeSettings } from '../../lib/api/runtime-settings.js'

interface PolicyNamespace {
  readonly name: string
  readonly build: (chart: Chart) => void
}

/** Bounds of every resource that a quota may ask about. */
export const resources = {
  requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '1Gi' },
  limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '4Gi' },
}

const settings: RuntimeSettings = {
  container: { resources, nice: { adjustment: 10 }, ionice: { class: 3 } },
  pod: {
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              topologyKey: 'kubernetes.io/hostname',
              labelSelector: { matchLabels: { 'holdfast.dev/job': 'backup' } },
            },
          },
        ],
      },
    },
    tolerations: [{ key: 'batch', operator: 'Exists', effect: 'NoSchedule' }],
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { 'holdfast.dev/job': 'backup' } },
      },
    ],
    imagePullSecrets: [{ name: 'registry' }],
    priorityClassName: 'backups',
    schedulerName: 'default-scheduler',
    runtimeClassName: 'gvisor',
    podLabels: { team: 'shop' },
    podAnnotations: { 'example.com/note': 'nightly' },
  },
}

const retention = Retention.keep({ daily: 7, weekly: 4 })
const schedule = Schedule.daily({ at: '03:00', timeZone: 'Europe/Berlin' })

const shared = { outputDir: '/holdfast-tmp/output', secretVolume: 'secret-volume' }

function everyOption(chart: Chart): void {
  const repository = new Repository(chart, 'store', {
    backend: Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'b', prefix: 'p', region: 'r', secretName: 's' }),
    clusterName: 'demo',
    usagePolicy: { allowedNamespaces: { from: 'Selector', selector: { matchLabels: { team: 'shop' } } } },
    maxConcurrentSessions: 2,
    maintenance: {
      forget: { interval: '24h' },
      check: { readDataSubset: '5%' },
      prune: { maxUnused: '10%' },
      resources,
    },
  })
  const quiesce = new HoldfastFunction(chart, 'quiesce', {
    image: 'example.com/quiesce:1.2.3',
    command: ['/quiesce', '--claim=${TARGET_NAME}'],
    runtimeSettings: { resources },
  })
  const task = new Task(chart, 'careful', {
    steps: [
      { function: quiesce },
      { function: 'pvc-backup', params: { ...shared, targetVolume: 'target-volume' } },
      { function: 'update-status', params: shared },
    ],
    volumes: [
      { name: 'target-volume', persistentVolumeClaim: { claimName: '${TARGET_NAME}', readOnly: true } },
      { name: 'secret-volume', secret: { secretName: '${REPOSITORY_SECRET_NAME}', optional: true } },
    ],
  })
  new VolumeBackup(chart, 'orders', {
    claim: 'orders',
    repository,
    schedule,
    retention,
    paths: ['/holdfast-data/images'],
    exclude: ['*.tmp'],
    recoveryPointObjective: '30h',
    timeOut: '2h',
    retryConfig: { maxRetry: 2, delay: '1m' },
    readAs: { user: 1000, group: 1000, fsGroup: 1000, supplementalGroups: [2000] },
    hooks: {
      preBackup: { exec: { command: ['true'] } },
      postBackup: { httpGet: { port: 8080, path: '/done' } },
      notifications: [{ name: 'chat', on: ['Started', 'Failed'], httpPost: { host: 'chat.example.com', port: 443 } }],
    },
    runtimeSettings: settings,
    tempDir: { medium: 'Memory', sizeLimit: '1Gi', disableCaching: true },
    interimVolumeTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    trigger: { resources },
  })
  new VolumeBackup(chart, 'own-steps', { claim: 'papers', repository, schedule, retention, task })
  new VolumeBackup(chart, 'by-objective', { claim: 'carts', repository, rpo: Duration.hours(12), retention })
  new VolumeRestore(chart, 'back', {
    claim: 'orders',
    repository,
    overwrite: 'Replace',
    acknowledge: restoresAgain,
    runtimeSettings: settings,
  })
}

/** Policies whose pods differ from each other in what a cluster’s rules could object to. */
export const policyNamespaces: readonly PolicyNamespace[] = [
  { name: 'a policy with every option', build: everyOption },
  {
    name: 'a policy whose repository is a claim',
    build: chart => {
      const repository = new Repository(chart, 'store', {
        backend: Backend.local({ claimName: 'store', secretName: 's' }),
      })
      new VolumeBackup(chart, 'orders', { claim: 'orders', repository, schedule, retention })
      new VolumeRestore(chart, 'seed', { claim: 'orders', repository })
    },
  },
  {
    name: 'a policy that reads any file',
    build: chart => {
      const repository = new Repository(chart, 'store', {
        backend: Backend.rest({ url: 'https://rest.example.com', secretName: 's' }),
      })
      new VolumeBackup(chart, 'orders', {
        claim: 'orders',
        repository,
        schedule,
        retention,
        privileges: 'read-any-file',
      })
    },
  },
  {
    name: 'policies whose repositories are folders of a node and of a server',
    build: chart => {
      const secretName = 's'
      const node = new Repository(chart, 'node', {
        backend: Backend.local({ hostPath: { path: '/srv/backups', node: 'one' }, secretName }),
      })
      const server = new Repository(chart, 'server', {
        backend: Backend.local({ nfs: { server: 'nas', path: '/exports' }, secretName }),
      })
      new VolumeBackup(chart, 'on-node', { claim: 'orders', repository: node, schedule, retention })
      new VolumeBackup(chart, 'on-server', { claim: 'papers', repository: server, schedule, retention })
    },
  },
]
