import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Backend } from '../../lib/api/backend.js'
import { backupConfigurationKind, repositoryKind, restoreSessionKind } from '../../lib/api/kinds.js'
import { selects } from '../../lib/label-selection.js'
import { resolve } from '../../lib/resolver.js'
import { toStructuralSchema } from '../../lib/schema/structural.js'
import type { AnySubject } from '../../lib/variables.js'
import type { Caches } from '../../runtime/controller/caches.js'
import { decideRepository } from '../../runtime/controller/repository/decide.js'
import { gather, type Sources } from '../../runtime/controller/session/gather.js'
import { decide } from '../../runtime/controller/session/reconciler.js'
import { sharedStore } from '../../runtime/controller/store-activity.js'
import { backupSubject, restoreSubject } from '../lib/subject.js'
import {
  at,
  backupSession,
  begun,
  builtIn,
  configuration,
  now,
  observe,
  repository,
  settings,
} from '../runtime/controller/observation.js'
import { runs, Tally } from './cases.js'
import { hostileText } from './hostile-text.js'

const tally = new Tally('boundaries')
afterAll(() => tally.leave())

const keys = { storageSecretName: 'store-keys' }
const onNode = (path: string): Backend => ({ local: { hostPath: { path, node: 'one' } }, ...keys })
const onNfs: Backend = { local: { nfs: { server: 'nas', path: '/exports/other' } }, ...keys }
const reasonOf = (observed: Parameters<typeof decide>[0]) =>
  decide(observed).status.conditions?.find(each => each.type === 'Ready')?.reason

describe('a Repository on a node or an NFS server', () => {
  const withFolders = (backend: Backend, repositoryFolders: readonly string[]) =>
    reasonOf(observe({ repository: repository({ backend }), settings: { ...settings, repositoryFolders } }))

  test('is used only in folders that the administrator allows', () => {
    tally.count('folders', 6)
    expect(withFolders(onNode('/etc'), [])).toBe('FolderNotAllowed')
    expect(withFolders(onNode('/srv'), ['/srv/backups'])).toBe('FolderNotAllowed')
    expect(withFolders(onNode('/srv/backups-of-others'), ['/srv/backups'])).toBe('FolderNotAllowed')
    expect(withFolders(onNfs, ['/srv', 'nas:/exports/mine'])).toBe('FolderNotAllowed')
    expect(withFolders(onNode('/srv/backups/a'), ['/srv/backups/'])).toBe('JobCreated')
    expect(withFolders(onNfs, ['nas:/exports'])).toBe('JobCreated')
  })

  test('is not maintained either where it is not allowed', () => {
    tally.count('maintenance')
    const known = repository({ backend: onNode('/etc') }, { id: 'f'.repeat(64), lastBackupTime: at(-1000) })
    const observed = { now, repository: known, configurations: [], activeSessions: 0, otherMaintaining: false }
    expect(decideRepository({ ...observed, settings: { ...settings, repositoryFolders: [] } }).create).toBeUndefined()
    expect(decideRepository({ ...observed, settings }).create).toBeDefined()
  })
})

const problemsOf = (subject: AnySubject): string[] => {
  const made = resolve(subject, builtIn(subject.kind === 'BackupConfiguration' ? 'pvc-backup' : 'pvc-restore'))
  return made.ok ? [] : made.problems.map(each => each.path)
}

describe('a mount path', () => {
  const places = [
    '/',
    '/holdfast-tmp',
    '/holdfast-secret',
    '/holdfast-requests',
    '/holdfast-tmp/output',
    '/usr',
    '/etc',
    '/opt',
    '/proc/self',
    '/dev',
  ]
  test.each(places)('%s of a target, which would take the place of the mover’s own folders, is refused', mountPath => {
    tally.count('mount path')
    const target = { ...backupSubject().spec.target, volumeMounts: [{ mountPath }] }
    expect(problemsOf(backupSubject({ target }))).toContain('spec.target.volumeMounts[0].mountPath')
  })

  test('of a repository’s volume never takes the place of the target, for a backup of itself would count as one', () => {
    tally.count('mount path', 3)
    const claim = (mountPath: string) => ({
      backend: { local: { mountPath, persistentVolumeClaim: { claimName: 'store' } }, ...keys },
    })
    for (const path of ['/holdfast-data', '/holdfast-data/inner', '/'])
      expect(problemsOf(backupSubject({}, claim(path)))).toContain('spec.target.volumeMounts[0].mountPath')
    expect(problemsOf(restoreSubject({}, claim('/holdfast-secret')))).toContain('spec.repository')
    expect(problemsOf(backupSubject({}, claim('/usr/share/store')))).toEqual([])
  })
})

describe('a path', () => {
  const dotted = fc
    .tuple(
      fc.constantFrom('..', '.', '../..', 'a/..', 'a/../../b'),
      hostileText.map(text => text.slice(0, 20)),
    )
    .map(([dots, text]) => `${dots}/${text.replaceAll('/', '')}x`)

  test('with . or .. in it is taken nowhere: neither in the target, a restore, a repository nor a bucket', () => {
    fc.assert(
      fc.property(dotted, path => {
        tally.count('dotted path')
        const accepts = (kind: typeof repositoryKind, spec: object) => kind.spec.safeParse(spec).success
        const { spec } = configuration()
        const target = (more: object) => ({ ...spec, target: { ...spec.target, ...more } })
        const found = [
          accepts(backupConfigurationKind, target({ paths: [`/holdfast-data/${path}`] })),
          accepts(backupConfigurationKind, target({ volumeMounts: [{ mountPath: `/data/${path}` }] })),
          accepts(backupConfigurationKind, target({ volumeMounts: [{ mountPath: '/data', subPath: path }] })),
          accepts(restoreSessionKind, { ...restoreSubject().spec, destination: `/holdfast-data/${path}` }),
          accepts(repositoryKind, { backend: onNode(`/srv/${path}`) }),
          accepts(repositoryKind, {
            backend: { local: { subPath: path, persistentVolumeClaim: { claimName: 'c' } }, ...keys },
          }),
          accepts(repositoryKind, { backend: { s3: { endpoint: 'h', bucket: 'b', prefix: path }, ...keys } }),
          accepts(repositoryKind, { backend: { s3: { endpoint: 'h', bucket: path }, ...keys } }),
        ]
        expect(found).not.toContain(true)
      }),
      runs(300),
    )
    const { spec } = configuration()
    const paths = ['/holdfast-data/..a', '/holdfast-data/.hidden', '/holdfast-data/...', '/holdfast-data/a..']
    expect(backupConfigurationKind.spec.safeParse({ ...spec, target: { ...spec.target, paths } }).success).toBe(true)
  })
})

describe('another namespace', () => {
  const crossing = { repository: { name: 'store', namespace: 'vault', secretName: 'own-keys' } }
  const consent = (from: 'Selector', selector: object) => ({ usagePolicy: { allowedNamespaces: { from, selector } } })
  const vault = (spec: object) => repository(spec, { id: 'f'.repeat(64) }, { namespace: 'vault' })
  const none = { get: () => undefined, list: () => [], byIndex: () => [] }

  async function observedRetry(store: ReturnType<typeof repository>, labels: Record<string, string>) {
    const session = backupSession(begun({ nextRetry: at(-1), jobUID: undefined, jobName: undefined }))
    const one = (object: unknown) => ({ ...none, get: () => object })
    const caches = {
      ...{ repositories: one(store), configurations: one(configuration(crossing)), claims: none },
      tasks: none,
    }
    const all = { ...caches, functions: none, backups: none, restores: none, jobs: none, pods: none }
    const client = { tryGet: async () => ({ metadata: { name: 'shop', labels } }) }
    const sources = { caches: all, client, settings, departed: { of: () => undefined } } as unknown as Sources
    return reasonOf(await gather(session, sources, now))
  }

  test('is asked for its labels again before every attempt, not only the first', async () => {
    tally.count('retry', 3)
    const gold = vault(consent('Selector', { matchLabels: { tier: 'gold' } }))
    expect(await observedRetry(gold, { tier: 'gold' })).not.toBe('UsageNotAllowed')
    expect(await observedRetry(gold, {})).toBe('UsageNotAllowed')
    const open = vault(consent('Selector', { matchExpressions: [{ key: 'barred', operator: 'DoesNotExist' }] }))
    expect(await observedRetry(open, { barred: 'yes' })).toBe('UsageNotAllowed')
  })

  test('without consent never uses a Repository, whatever its selector is called', () => {
    tally.count('selector')
    expect(reasonOf(observe({ configuration: configuration(crossing), repository: vault({}) }))).toBe('UsageNotAllowed')
    for (const key of ['constructor', 'toString', '__proto__'])
      expect(selects({ matchExpressions: [{ key, operator: 'Exists' }] }, {})).toBe(false)
  })

  test('cannot hold a store up by writing down its address', () => {
    tally.count('store squatting')
    const own = repository()
    const squatter = repository({}, {}, { name: 'squatter', namespace: 'evil', uid: 'other' })
    const partner = repository({}, { id: 'f'.repeat(64) }, { name: 'partner', namespace: 'bank', uid: 'third' })
    const sibling = repository({}, {}, { name: 'sibling', uid: 'fourth' })
    const all = () => [own, squatter, partner, sibling]
    const caches = { repositories: { list: all, byIndex: all } } as unknown as Caches
    expect(sharedStore(own, caches).map(each => each.metadata.name)).toEqual(['store', 'partner', 'sibling'])
  })
})

describe('an interim volume', () => {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'fast' }
  const foreign = {
    volumeName: 'pv-of-another',
    selector: { matchLabels: { tenant: 'bank' } },
    dataSource: { kind: 'PersistentVolumeClaim', name: 'ledger' },
    dataSourceRef: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's', namespace: 'bank' },
    storageClassName: '',
    volumeMode: 'Block',
  }
  const kinds = [
    ['BackupConfiguration', backupConfigurationKind, configuration().spec],
    ['RestoreSession', restoreSessionKind, restoreSubject().spec],
  ] as const

  test.each(kinds)('of a %s is always a new and empty one: nothing in it names data that is there', (_, kind, own) => {
    tally.count('interim volume', Object.keys(foreign).length + 1)
    const accepts = (more: object) =>
      kind.spec.safeParse({ ...own, interimVolumeTemplate: { spec: { ...spec, ...more } } }).success
    expect(accepts({})).toBe(true)
    const entries = Object.entries(foreign).map(([field, value]) => [field, accepts({ [field]: value })])
    expect(entries.filter(([, accepted]) => accepted)).toEqual([])
  })

  test.each(kinds)(
    'of a %s has the same fields in the API server’s schema, which keeps no other',
    (_kind, { spec }, _own) => {
      const all = toStructuralSchema(spec).properties?.['interimVolumeTemplate']?.properties?.['spec']
      const fields = ['accessModes', 'resources', 'storageClassName', 'volumeAttributesClassName']
      expect(Object.keys(all?.properties ?? {}).sort()).toEqual(fields)
      expect(all?.['x-kubernetes-preserve-unknown-fields']).toBeUndefined()
      expect(all?.properties?.['storageClassName']?.minLength).toBe(1)
    },
  )
})
