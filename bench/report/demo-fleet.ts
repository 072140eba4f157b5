import { annotations, apiVersion } from '../../lib/api/group.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { type RandomChoice, randomFrom } from './random.js'

const teams =
  'shop payments media analytics identity search billing logistics support ledger mail wiki forge crm maps labs'
const apps =
  'postgres mysql redis kafka minio grafana prometheus gitea nextcloud elastic mongo rabbitmq uploads registry vault keycloak loki sonar matrix clickhouse'
const roles = 'main replica archive reports sessions events'
const stores = [
  { name: 'primary', endpoint: 'https://s3.eu-central.example.com', bucket: 'backups-primary' },
  { name: 'databases', endpoint: 'https://s3.eu-central.example.com', bucket: 'backups-databases' },
  { name: 'cold', endpoint: 'https://s3.eu-north.example.com', bucket: 'backups-cold' },
  { name: 'media', endpoint: 'https://s3.eu-west.example.com', bucket: 'backups-media' },
]
const retentions = [
  { keepDaily: 7, keepWeekly: 4, keepMonthly: 12 },
  { keepHourly: 24, keepDaily: 14, keepWeekly: 8, keepMonthly: 12 },
  { keepDaily: 30 },
  { keepLast: 3 },
  { keepWithin: '14d', keepWithinMonthly: '1y' },
  { keepDaily: 14, keepMonthly: 6, keepYearly: 2 },
]
const sizes = ['2Gi', '5Gi', '10Gi', '10Gi', '20Gi', '20Gi', '50Gi', '100Gi', '200Gi']
const reasons = [
  'scratch space, rebuilt from the registry',
  'cache: warm again within an hour',
  'replica of a volume that is backed up',
  'moves to the object store this quarter',
]

/**
 * The manifests of a made-up company: `policies` policies over namespaces, a few of its claims exempt (some no longer),
 * a few forgotten, a few policies at fault. The same number always gives the same fleet.
 */
export function demoFleet(policies: number): ManifestObject[] {
  const choice = randomFrom(policies)
  const spaces = namespaces(policies)
  const objects: ManifestObject[] = spaces.slice(0, 1).flatMap(home => stores.map(store => repository(home, store)))
  for (let index = 0; index < policies; index++) {
    const namespace = spaces[index % spaces.length] ?? 'shop'
    const name = `${appName(index, spaces.length)}`
    objects.push(claim(namespace, name, choice.of(sizes)), policy(namespace, name, index, spaces[0] ?? 'shop', choice))
    if (index % 12 === 5) objects.push(claim(namespace, `${name}-scratch`, '20Gi', exemption(index, choice)))
    if (index % 20 === 13) objects.push(claim(namespace, `${name}-import`, choice.of(sizes)))
  }
  return [...objects, ...faults(spaces)]
}

function namespaces(policies: number): string[] {
  const names = teams.split(' ')
  const wanted = Math.max(1, Math.min(400, Math.round(policies / 5)))
  return Array.from({ length: wanted }, (_, index) => {
    const round = Math.floor(index / names.length)
    return round === 0 ? (names[index] ?? '') : `${names[index % names.length]}-${round + 1}`
  })
}

function appName(index: number, spaces: number): string {
  const all = apps.split(' ')
  const kinds = roles.split(' ')
  const within = Math.floor(index / spaces)
  const app = all[(within + index) % all.length] ?? ''
  return within < all.length ? `${app}-${kinds[within % kinds.length]}` : `${app}-${within}`
}

function repository(namespace: string, { name, endpoint, bucket }: (typeof stores)[number]): ManifestObject {
  const backend = { storageSecretName: `${name}-keys`, s3: { endpoint, bucket, prefix: 'restic' } }
  const usagePolicy = { allowedNamespaces: { from: 'All' } }
  return { apiVersion, kind: 'Repository', metadata: { name, namespace }, spec: { backend, usagePolicy } }
}

function claim(
  namespace: string,
  name: string,
  storage: string,
  notes?: Readonly<Record<string, string>>,
): ManifestObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: `${name}-data`, namespace, ...(notes === undefined ? {} : { annotations: notes }) },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage } } },
  }
}

function exemption(index: number, { of }: RandomChoice): Record<string, string> {
  const until = index % 5 === 0 ? '2026-09-30' : of(['2027-01-31', '2027-06-30', '2027-12-31'])
  return { [annotations.exempt]: of(reasons), [annotations.exemptUntil]: until }
}

function policy(
  namespace: string,
  name: string,
  index: number,
  home: string,
  { below, of }: RandomChoice,
): ManifestObject {
  const store = stores[[0, 0, 1, 1, 1, 2, 3][below(7)] ?? 0]?.name
  const night = `${below(60)} ${below(5)} * * *`
  const kinds = [night, night, night, `${below(60)} * * * *`, `${below(60)} */6 * * *`, `${below(60)} 2 * * 0`]
  const at = below(kinds.length)
  const objective = ['26h', '26h', undefined, '2h', '7h', undefined][at]
  const berlin = index % 3 === 0 ? { timeZone: 'Europe/Berlin' } : {}
  return {
    apiVersion,
    kind: 'BackupConfiguration',
    metadata: { name, namespace },
    spec: {
      target: { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: `${name}-data` } },
      repository: { name: store, ...(home === namespace ? {} : { namespace: home, secretName: `${store}-keys` }) },
      schedule: kinds[at],
      ...berlin,
      ...(objective === undefined ? {} : { recoveryPointObjective: objective }),
      ...(index % 37 === 36 ? { paused: true } : {}),
      retentionPolicy: at === 3 ? retentions[1] : of(retentions),
    },
  }
}

/**
 * What goes wrong in every company once: a policy whose claim was renamed, an objective that cannot be kept, and a job
 * that works on a volume while it is backed up.
 */
function faults([home = 'shop', second = home]: readonly string[]): ManifestObject[] {
  const ref = (name: string) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', name })
  const spec = (name: string, schedule: string, rest: object) => ({
    target: { ref: ref(name) },
    repository: { name: 'primary', ...(home === second ? {} : { namespace: home, secretName: 'primary-keys' }) },
    schedule,
    retentionPolicy: { keepDaily: 7 },
    ...rest,
  })
  const made = (name: string, inner: object): ManifestObject => {
    return { apiVersion, kind: 'BackupConfiguration', metadata: { name, namespace: second }, spec: inner }
  }
  return [
    made('orders-old', spec('orders-data', '15 3 * * *', {})),
    claim(second, 'invoices', '40Gi'),
    cronJob(second, 'invoices-export', 'invoices-data', '10 4 * * *'),
    made('invoices', spec('invoices-data', '5 4 * * 1', { recoveryPointObjective: '24h' })),
  ]
}

function cronJob(namespace: string, name: string, claimName: string, schedule: string): ManifestObject {
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName } }]
  const pod = { containers: [{ name, image: 'registry.example.com/export:3' }], volumes, restartPolicy: 'Never' }
  const jobTemplate = { spec: { template: { spec: pod } } }
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name, namespace }, spec: { schedule, jobTemplate } }
}
