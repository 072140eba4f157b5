import { afterAll, describe, expect, test } from '@jest/globals'
import type { Caches } from '../../runtime/controller/caches.js'
import type { ConfigurationObject, RepositoryObject, SessionObject } from '../../runtime/controller/objects.js'
import { RepositoryReconciler } from '../../runtime/controller/repository/reconciler.js'
import { rivalOf } from '../../runtime/controller/rival.js'
import { keysFor } from '../../runtime/controller/routing.js'
import { gather, type Sources } from '../../runtime/controller/session/gather.js'
import { decide } from '../../runtime/controller/session/reconciler.js'
import { claimUserOf, openSessions } from '../../runtime/controller/store-activity.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import {
  at,
  backupSession,
  begun,
  configuration,
  job,
  now,
  observe,
  repository,
  restoreSession,
  settings,
} from '../runtime/controller/observation.js'
import { Tally } from './cases.js'

const tally = new Tally('consent')
afterAll(() => tally.leave())

const crossing = { repository: { name: 'store', namespace: 'vault', secretName: 'own-keys' } }
type Consent = NonNullable<RepositoryObject['spec']['usagePolicy']>['allowedNamespaces']
const vault = (allowed?: Consent) =>
  repository(allowed === undefined ? {} : { usagePolicy: { allowedNamespaces: allowed } }, undefined, {
    namespace: 'vault',
    uid: 'vault-uid',
  })
const gold: Consent = { from: 'Selector', selector: { matchLabels: { tier: 'gold' } } }
const onNode = repository({ backend: { local: { hostPath: { path: '/etc', node: 'one' } }, storageSecretName: 'k' } })
const noFolder = { ...settings, repositoryFolders: [] }

describe('a session that names another Repository once it has begun', () => {
  const switched = configuration(crossing)
  const unmade = backupSession(begun({ jobUID: undefined }))
  const over = { session: backupSession(begun()), job: job({}, ['Complete']) }
  const finishing = { session: backupSession(begun({ finishJobName: 'job-1-finish' })), job: undefined }

  test.each([
    ['while its Job is not made yet', { session: unmade }],
    ['when its Job ended without a word', over],
    ['when the Job that finds out is gone', finishing],
  ])('gets no Job there without consent, %s', (_when, seen) => {
    tally.count('switched repository', 3)
    expect(decide(observe({ ...seen, configuration: switched, repository: vault() })).effect).toBeUndefined()
    expect(decide(observe({ ...seen, repository: onNode, settings: noFolder })).effect).toBeUndefined()
    expect(decide(observe({ ...seen, repository: repository() })).effect).toMatchObject({ do: 'create-job' })
  })

  test('is asked for the labels of its namespace at each of these moments', async () => {
    tally.count('labels', 3)
    const { job: _job, ...lost } = over
    for (const seen of [{ session: unmade }, lost, finishing]) {
      const asked: string[] = []
      const client = {
        tryGet: async (_: unknown, name: string) => void asked.push(name),
        list: async () => ({ items: [] }),
      }
      const caches = cachesOf({ configurations: [switched], repositories: [vault(gold)] })
      const sources = { caches, client, settings, departed: { of: () => undefined } } as unknown as Sources
      const observed = await gather(seen.session, sources, now)
      expect(asked).toContain('shop')
      expect(decide(observed).effect).toBeUndefined()
    }
  })
})

interface World {
  readonly repositories?: readonly RepositoryObject[]
  readonly configurations?: readonly ConfigurationObject[]
  readonly sessions?: readonly SessionObject[]
  readonly jobs?: readonly KubeObject[]
}

/** Caches in which every index finds everything: what is left out then is left out for a reason. */
function cachesOf({ repositories = [], configurations = [], sessions = [], jobs = [] }: World): Caches {
  const of = (all: readonly KubeObject[], found: readonly KubeObject[] = all) => ({
    get: (name: string, namespace?: string) =>
      all.find(each => each.metadata.name === name && each.metadata.namespace === namespace),
    list: () => all,
    byIndex: () => found,
    observe: () => undefined,
  })
  const kind = (wanted: string) => of(sessions.filter(each => each.kind === wanted))
  return {
    ...{ repositories: of(repositories), configurations: of(configurations), jobs: of(jobs, []), pods: of([]) },
    ...{ backups: kind('BackupSession'), restores: kind('RestoreSession'), claims: of([]), tasks: of([]) },
    ...{ functions: of([]), cronJobs: of([]) },
  } as unknown as Caches
}

describe('a namespace that a Repository does not let in', () => {
  const evil = { namespace: 'evil', uid: 'evil-uid', creationTimestamp: at(-60 * 86_400) }
  const target = { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'x' }, alias: 'shop/data' } as const
  const paths = { paths: ['/holdfast-data'] }
  const recent = { lastSuccessfulTime: at(-60) }
  const victim = configuration(crossing, recent)
  const squatter = configuration(
    { ...crossing, target: { ...target, ...paths }, retentionPolicy: { keepLast: 1 } },
    recent,
    evil,
  )

  async function forgotten(store: RepositoryObject, labels: Readonly<Record<string, Record<string, string>>> = {}) {
    const status = { id: 'f'.repeat(64), lastBackupTime: at(-60) }
    const made: KubeObject[] = []
    const client = {
      create: async (_: unknown, object: KubeObject) => made.push(object),
      replaceStatus: async (_: unknown, object: KubeObject) => object,
      tryGet: async (_: unknown, name: string) => ({ metadata: { name, labels: labels[name] } }),
    }
    const known = { ...store, status }
    const younger = { ...squatter.metadata, creationTimestamp: at(-60) }
    const policies = [victim, { ...squatter, metadata: younger }]
    const parts = {
      ...{ client, settings, caches: cachesOf({ repositories: [known], configurations: policies }), now: () => now },
      ...{ events: { record: () => undefined }, fence: () => undefined, departed: { of: () => undefined } },
      admission: { run: (_key: string, work: () => unknown) => work() },
    }
    const reconciler = new RepositoryReconciler(
      parts as unknown as ConstructorParameters<typeof RepositoryReconciler>[0],
    )
    await reconciler.reconcile('vault', 'store')
    const { template } = (made[0]?.['spec'] ?? {}) as { template?: { spec: { containers: { args: string[] }[] } } }
    const flag = template?.spec.containers[0]?.args.find(each => each.startsWith('--forget='))
    return (JSON.parse(flag?.slice('--forget='.length) ?? 'null') as { policy: object }[]).map(each => each.policy)
  }

  test('has no snapshot removed by its retention, whatever host it claims to be', async () => {
    tally.count('foreign retention', 4)
    expect(await forgotten(vault())).toEqual([])
    expect(await forgotten(vault(gold), { shop: { tier: 'gold' } })).toEqual([{ keepLast: 5 }])
    expect(await forgotten(vault(gold), { evil: { tier: 'gold' } })).toEqual([])
    expect(await forgotten(vault({ from: 'All' }))).toEqual([{ keepLast: 5 }])
  })

  test('takes no host from one that may use it, however early it came', async () => {
    tally.count('identity squatting', 4)
    const caches = cachesOf({ configurations: [squatter, victim], repositories: [] })
    expect(rivalOf(victim, vault(), caches)).toBeUndefined()
    expect(rivalOf(victim, vault({ from: 'All' }), caches)).toBe('evil/data')
    const rivalUnder = async (labels: Readonly<Record<string, object>>) => {
      const all = cachesOf({ configurations: [victim, squatter], repositories: [vault(gold)] })
      const client = { tryGet: async (_: unknown, name: string) => ({ metadata: { name, labels: labels[name] } }) }
      const sources = { caches: all, client, settings, departed: { of: () => undefined } } as unknown as Sources
      return (await gather(backupSession(), sources, now)).rival
    }
    expect(await rivalUnder({ shop: { tier: 'gold' } })).toBeUndefined()
    expect(await rivalUnder({ shop: { tier: 'gold' }, evil: { tier: 'gold' } })).toBe('evil/data')
  })

  test('holds up neither its maintenance nor anybody’s turn', () => {
    tally.count('foreign session', 2)
    const foreign = restoreSession(crossing, begun(), { namespace: 'evil' })
    expect(openSessions([vault()], cachesOf({ sessions: [foreign] }))).toEqual([])
    expect(openSessions([vault({ from: 'All' })], cachesOf({ sessions: [foreign] }))).toEqual([foreign])
  })
})

describe('a session that somebody’s finalizer keeps', () => {
  const kept = restoreSession({}, begun(), { deletionTimestamp: at(-60), finalizers: ['example.com/never'] })

  test('holds neither the store nor its claim once its Job is over', () => {
    tally.count('finalizer', 3)
    const having = (jobs: readonly KubeObject[]) => cachesOf({ sessions: [kept], jobs })
    const seen = (caches: Caches) => [
      openSessions([repository()], caches).length,
      claimUserOf(backupSession(), 'data', caches),
    ]
    expect(seen(having([]))).toEqual([0, undefined])
    expect(seen(having([job({}, ['Complete'])]))).toEqual([0, undefined])
    expect(seen(having([job()]))).toEqual([1, 'RestoreSession back'])
  })
})

test('a pod whose owner is of a made-up kind makes no key, and so no label of a metric', () => {
  tally.count('owner kind', 2)
  const owner = { apiVersion: 'v1', kind: 'Anything/at/all', name: 'x', uid: 'y' }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'shop', ownerReferences: [owner] } }
  const keys = keysFor('pods', { type: 'added', object: pod } as Parameters<typeof keysFor>[1], cachesOf({}))
  expect(keys).toEqual([])
})
