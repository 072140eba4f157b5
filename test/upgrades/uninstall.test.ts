import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import {
  Monitoring,
  MoverNetworkPolicies,
  Repository,
  RepositoryAccess,
  TeamAccess,
  VolumeRestore,
} from '../../constructs/index.js'
import {
  BACKUP_SESSIONS,
  CONFIGURATIONS,
  FUNCTIONS,
  REPOSITORIES,
  RESTORE_SESSIONS,
  type RepositoryObject,
  type SessionObject,
  TASKS,
} from '../../runtime/controller/objects.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { CRON_JOBS, EVENTS, JOBS, PERSISTENT_VOLUME_CLAIMS, PODS } from '../../runtime/kube/resource.js'
import { systemObjects } from '../behaviour/cluster-system.js'
import { compiled } from '../behaviour/policy.js'
import { CannedLauncher } from '../simulation/canned-launcher.js'
import { simulatedPolicy } from '../simulation/simulated-policy.js'
import { SimulatedWorld } from '../simulation/simulated-world.js'
import { VirtualClock } from '../simulation/virtual-clock.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/upgrades.md'), 'utf8')
const commands = page.slice(page.indexOf('## Taking Holdfast away'))
const namespace = 'shop'

let world: SimulatedWorld | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const policy = () =>
  simulatedPolicy({
    namespace,
    more: (chart, repository) => new VolumeRestore(chart, 'seed', { claim: 'data', repository }),
  })
/** What the constructs write that are asked for one by one, into namespaces that stay. */
function besideTheSystem(): KubeObject[] {
  return compiled('holdfast.dev/holdfast:dev', { namespace }, chart => {
    const repository = Repository.fromRepositoryName(chart, 'store', { name: 'store', namespace: 'stores' })
    const further = [{ cidr: '203.0.113.0/24' }]
    new TeamAccess(chart, 'on-call', { role: 'operate', groups: ['on-call'] })
    new RepositoryAccess(chart, 'use', { repository, users: ['alice'] })
    new MoverNetworkPolicies(chart, 'network', { repositories: [repository], further })
    const system = { namespace: 'holdfast-system' }
    const watched = { system, namespace: 'monitoring' }
    new Monitoring(chart, 'services', watched)
    new Monitoring(chart, 'pods', { ...watched, scrape: 'PodMonitor', rules: 'None', dashboard: false })
    new Monitoring(chart, 'files', { ...watched, scrape: 'ConfigMap', rules: 'ConfigMap', dashboard: false })
  }) as unknown as KubeObject[]
}

const withFinalizers = (objects: readonly KubeObject[]) =>
  objects.filter(({ metadata }) => (metadata.finalizers ?? []).length > 0).map(({ kind, metadata }) => [kind, metadata])

describe('taking Holdfast away', () => {
  test('waits for nobody: nothing that git holds carries a finalizer', () => {
    expect(withFinalizers([...systemObjects('any'), ...policy()])).toEqual([])
  })

  test('waits for nobody either after backup, restore and maintenance: nothing that the system made carries one', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1, 2, 50))
    const started = await SimulatedWorld.start({ launcher: ground => new CannedLauncher(ground), clock })
    world = started
    await started.apply(...policy())
    await started.startController()
    const sessions = () => [BACKUP_SESSIONS, RESTORE_SESSIONS].map(kind => started.list<SessionObject>(kind, namespace))
    const ended = () => sessions().every(all => all.some(({ status }) => status?.completionTime !== undefined))
    await started.runUntil(ended, { withinMs: 86_400_000, what: 'a backup and a restore' })
    const repository = () => started.read<RepositoryObject>(REPOSITORIES, 'store', namespace)
    await started.runUntil(() => repository()?.status?.lastForgetTime !== undefined, { what: 'maintenance' })
    const resources = [REPOSITORIES, CONFIGURATIONS, BACKUP_SESSIONS, RESTORE_SESSIONS, FUNCTIONS, TASKS]
    const around = [CRON_JOBS, JOBS, PODS, PERSISTENT_VOLUME_CLAIMS, EVENTS]
    const all = [...resources, ...around].flatMap(resource => started.list(resource))
    expect(new Set(all.map(({ kind }) => kind)).size).toBeGreaterThan(9)
    // Kubernetes has its own on claims and on the pods of Jobs, and takes them off by itself.
    const foreign = ['kubernetes.io/pvc-protection', 'batch.kubernetes.io/job-tracking']
    const ours = all.map(({ metadata, ...object }) => ({
      ...object,
      metadata: { ...metadata, finalizers: (metadata.finalizers ?? []).filter(each => !foreign.includes(each)) },
    }))
    expect(withFinalizers(ours as KubeObject[])).toEqual([])
    const owners = all.flatMap(({ metadata }) => metadata.ownerReferences ?? [])
    expect(
      owners.filter(each => each.apiVersion.startsWith('holdfast.dev/') && each.blockOwnerDeletion === true),
    ).toEqual([])
  })

  test('is complete with the commands of docs/upgrades.md: they reach every object of the system', () => {
    const left = systemObjects('any').filter(({ kind, metadata }) => {
      const { name, namespace: home, labels = {} } = metadata
      if (home === 'holdfast-system' || (kind === 'Namespace' && name === 'holdfast-system')) return false
      const plural = kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`
      const selected = labels['app.kubernetes.io/name'] === 'holdfast' || /^(Function|Task)$/.test(kind)
      return !(selected && new RegExp(`\\b${plural.toLowerCase()}\\b`).test(commands))
    })
    expect(left.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([])
  })

  test('leaves in other namespaces what the page names, and finds by the label that it names', () => {
    const stays = commands.slice(commands.indexOf('What stays, on purpose:'))
    const found = [...stays.matchAll(/^kubectl get ([a-z.,]+)(?: \\\n )? -A -l app\.kubernetes\.io\/name=holdfast\b/gm)]
    const kinds = found.flatMap(([, list = '']) => list.split(',').map(each => each.replace(/\..*/, '')))
    const spread = besideTheSystem()
    const left = spread.filter(({ kind, metadata }) => metadata.namespace !== undefined && kind !== 'Namespace')
    expect(new Set(left.map(({ kind }) => kind)).size).toBeGreaterThan(5)
    const unknown = left.filter(({ kind, metadata }) => {
      const plural = `${kind.toLowerCase()}s`.replace(/ys$/, 'ies')
      return !kinds.includes(plural) || metadata.labels?.['app.kubernetes.io/name'] !== 'holdfast'
    })
    expect(unknown.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([])
    for (const name of ['TeamAccess', 'RepositoryAccess', 'holdfast-movers', 'holdfast-triggers', 'PrometheusRule'])
      expect(stays).toContain(name)
  })
})
