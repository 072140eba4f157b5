import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Chart } from 'cdk8s'
import { parseAllDocuments } from 'yaml'
import {
  AdmissionPolicies,
  Backend,
  Holdfast,
  type HoldfastProps,
  Monitoring,
  MoverNetworkPolicies,
  Repository,
  RepositoryAccess,
  Retention,
  Schedule,
  SystemNetworkPolicies,
  TeamAccess,
  VolumeBackup,
} from '../../constructs/index.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { root } from '../../scripts/tools.mjs'
import { compiled } from '../behaviour/policy.js'
import { policyNamespaces } from './policy-namespaces.js'

/** Manifests of one place or one set of options, under a name that a failed test shows. */
export interface Manifests {
  readonly name: string
  readonly objects: readonly ManifestObject[]
}

// What a test on the way needs no cluster for has an image of no registry.
const image = 'holdfast.dev/holdfast:0.1.0'

// The other ways of installing give the same objects; the tests of the distribution compare them.
const sameObjects = /^(chart|install|kustomize)\//

/** The objects of all YAML files below a folder; a kustomization is no object. */
function committed(folder: string): ManifestObject[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.yaml') && !path.endsWith('kustomization.yaml') && !sameObjects.test(path))
    .sort()
    .flatMap(path => parseAllDocuments(readFileSync(join(root, folder, path), 'utf8')))
    .map(document => document.toJS() as ManifestObject)
}

const made = (namespace: string | undefined, build: (chart: Chart) => void): ManifestObject[] =>
  compiled(image, namespace === undefined ? {} : { namespace }, build) as unknown as ManifestObject[]

const system = (props: HoldfastProps): ManifestObject[] =>
  made(undefined, chart => {
    new Holdfast(chart, 'holdfast', props)
  })

const bounded = { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '1', memory: '256Mi' } }

/** A system and a namespace with every rule that there is a construct for. */
export const guarded = 'a system and a namespace with every rule that there is'

function guardedObjects(): ManifestObject[] {
  const control = made(undefined, chart => {
    const system = new Holdfast(chart, 'holdfast', { crds: false, functions: false })
    new SystemNetworkPolicies(chart, 'network', { apiServer: [{ cidr: '192.0.2.0/28' }] })
    // The example of operations has it as the Prometheus operator’s kinds.
    new Monitoring(chart, 'monitoring', { system, scrape: 'ConfigMap', rules: 'ConfigMap' })
    new AdmissionPolicies(chart, 'admission', { settings: { priorityClasses: ['backups'], tolerations: 'any' } })
  })
  const shop = made('shop', chart => {
    const backend = Backend.s3({ endpoint: 'https://s3.example.com:9000', bucket: 'b', secretName: 's' })
    const repository = new Repository(chart, 'store', { backend })
    const schedule = Schedule.daily({ at: '03:00', timeZone: 'Europe/Berlin' })
    new VolumeBackup(chart, 'orders', {
      claim: 'orders',
      repository,
      schedule,
      retention: Retention.keep({ daily: 7 }),
    })
    new RepositoryAccess(chart, 'store-use', { repository, serviceAccounts: ['shop/reconciler'] })
    new TeamAccess(chart, 'team', { role: 'edit', groups: ['shop'] })
    new MoverNetworkPolicies(chart, 'network', {
      repositories: [repository],
      stores: [
        { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] },
        { namespaces: { matchLabels: { name: 'minio' } } },
      ],
      further: [{ pods: { matchLabels: { app: 'orders' } }, ports: [8080] }],
      kubernetesAccess: true,
    })
  })
  return [...control, ...shop]
}

/** Everything that is synthesized here: what is committed, and every construct with its options. */
export function corpus(): Manifests[] {
  return [
    { name: 'dist', objects: committed('dist') },
    { name: 'the example repository', objects: committed('examples/fleet/dist') },
    {
      name: 'a system of two controllers with every option',
      objects: system({
        namespace: 'backup',
        replicas: 2,
        crds: false,
        clusterName: 'demo',
        trustedImages: ['holdfast.dev/holdfast:0.0.9'],
        repositoryFolders: ['/srv/backups', 'nas:/exports'],
        resources: bounded,
        pod: {
          nodeSelector: { pool: 'system' },
          tolerations: [{ key: 'system', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
          imagePullSecrets: [{ name: 'registry' }],
          priorityClassName: 'system-cluster-critical',
          schedulerName: 'default-scheduler',
          runtimeClassName: 'gvisor',
        },
        pushgateway: {
          storage: '2Gi',
          storageClassName: 'fast',
          resources: bounded,
          pod: { nodeSelector: { pool: 'storage' } },
        },
      }),
    },
    {
      name: 'a system without a Pushgateway',
      objects: system({ pushgateway: { url: 'http://pushgateway.monitoring.svc:9091' }, crds: false }),
    },
    { name: guarded, objects: guardedObjects() },
    ...policyNamespaces.map(({ name, build }) => ({ name, objects: made('shop', build) })),
  ]
}
