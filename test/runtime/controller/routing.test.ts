import { beforeEach, describe, expect, test } from '@jest/globals'
import { labels } from '../../../lib/api/group.js'
import { triggerName } from '../../../lib/names.js'
import { type CacheName, type Caches, createCaches } from '../../../runtime/controller/caches.js'
import { keysFor } from '../../../runtime/controller/routing.js'
import type { SessionStatus } from '../../../runtime/controller/session/session-status.js'
import type { KubeClient } from '../../../runtime/kube/client.js'
import type { KubeObject } from '../../../runtime/kube/object.js'
import type { ObjectChange } from '../../../runtime/kube/object-cache.js'
import { backupSession, begun, configuration, job, observe, repository, restoreSession } from './observation.js'

let caches: Caches
const ignore = () => undefined
const policy = 'BackupConfiguration/shop/data'
const store = 'Repository/shop/store'
const waiting = 'BackupSession/shop/data-202611221159'
const { claim } = observe()

function keys(cache: CacheName, object: KubeObject, change: Partial<ObjectChange> = {}): string[] {
  return [...new Set(keysFor(cache, { type: 'updated', object, ...change }, caches))].sort()
}

beforeEach(() => {
  caches = createCaches({} as KubeClient, ignore, ignore)
  caches.repositories.observe(repository())
  caches.configurations.observe(configuration())
  caches.backups.observe(backupSession())
  caches.restores.observe(restoreSession())
})

describe('what a change concerns', () => {
  const child = (job: string, own: Record<string, string>, owner?: { kind: string; name: string }): KubeObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'j',
      namespace: 'shop',
      labels: { [labels.job]: job, ...own },
      ownerReferences: owner === undefined ? [] : [{ apiVersion: 'v1', uid: 'u', ...owner }],
    },
  })

  test('a Repository in which damage was found, or found to be gone: all others of its store', () => {
    const second = repository({}, undefined, { name: 'second', uid: 'second' })
    caches.repositories.observe(second)
    const known = repository({}, { id: 'f'.repeat(64), integrity: true }, { generation: 1 })
    const damaged = repository({}, { id: 'f'.repeat(64), integrity: false }, { generation: 1 })
    expect(keys('repositories', damaged, { previous: known })).toEqual(['Repository/shop/second', store])
    expect(keys('repositories', damaged, { previous: damaged })).toEqual([store])
  })

  test('a session: itself and its configuration', () => {
    expect(keys('backups', backupSession(begun()))).toEqual([policy, waiting])
  })

  test('a session that ended: who waits at its store, and the repository, for retention', () => {
    const ended: SessionStatus = begun({ phase: 'Succeeded' })
    const changed = backupSession(ended, { name: 'other', uid: 'other' })
    expect(keys('backups', changed)).toEqual(
      [
        policy,
        'BackupSession/shop/data-202611221159',
        'BackupSession/shop/other',
        store,
        'RestoreSession/shop/back',
      ].sort(),
    )
  })

  test('a session that was deleted while it ran: who waits at its store', () => {
    const running = backupSession(begun(), { name: 'other', uid: 'other' })
    expect(keys('backups', running, { type: 'deleted' })).toEqual(expect.arrayContaining([waiting, store]))
  })

  test('a restore that ended: who waits at its store', () => {
    const ended = restoreSession({}, begun({ phase: 'Failed' }), { name: 'other' })
    expect(keys('restores', ended)).toEqual(expect.arrayContaining(['RestoreSession/shop/other', waiting]))
  })

  test('a configuration: itself, its repository and its open sessions', () => {
    expect(keys('configurations', configuration())).toEqual([policy, waiting, store].sort())
  })

  test('a repository: itself, its configurations and their open sessions, and restores from it', () => {
    expect(keys('repositories', repository())).toEqual([policy, waiting, store, 'RestoreSession/shop/back'].sort())
  })

  test('a Job: its owner', () => {
    expect(keys('jobs', job())).toEqual([waiting])
  })

  test('a pod: the session that its labels name, for its owner is a Job', () => {
    const own = { [labels.session]: 'data-202611221159' }
    expect(keys('pods', child('backup', own, { kind: 'Job', name: 'job-1' }))).toEqual([waiting])
    expect(keys('pods', child('restore', { [labels.restore]: 'back' }))).toEqual(['RestoreSession/shop/back'])
  })

  test('a maintain Job: its repository, and who waits for its end', () => {
    const owner = { kind: 'Repository', name: 'store' }
    expect(keys('jobs', child('maintain', {}, owner))).toEqual([waiting, store, 'RestoreSession/shop/back'].sort())
  })

  test('a pod of a maintain Job: its repository', () => {
    expect(keys('pods', child('maintain', { [labels.repository]: 'store' }))).toContain(store)
  })

  test('a claim: who uses it, when its phase changes', () => {
    if (claim === undefined) throw new Error('there is no claim')
    expect(keys('claims', claim, { type: 'added' })).toEqual([policy, waiting, 'RestoreSession/shop/back'].sort())
    expect(keys('claims', claim, { previous: claim })).toEqual([])
  })

  test('a claim that is being deleted: the sessions that ended too, for their pods keep it', () => {
    if (claim === undefined) throw new Error('there is no claim')
    const leaving = { ...claim, metadata: { ...claim.metadata, deletionTimestamp: '2026-11-22T12:00:00Z' } }
    const ended = backupSession({ phase: 'Succeeded' }, { name: 'over', uid: 'over' })
    caches.backups.observe(ended)
    const all = keys('claims', leaving, { previous: claim })
    expect(all).toEqual([policy, waiting, 'BackupSession/shop/over', 'RestoreSession/shop/back'].sort())
    expect(keys('claims', leaving, { previous: leaving })).toEqual([])
  })

  test('a CronJob: the configuration that it triggers, when it comes or goes', () => {
    const cronJob = (name: string): KubeObject => ({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name, namespace: 'shop' },
    })
    const trigger = cronJob(triggerName('data'))
    expect(keys('cronJobs', trigger, { type: 'added' })).toEqual([policy])
    expect(keys('cronJobs', trigger, { type: 'deleted' })).toEqual([policy])
    expect(keys('cronJobs', trigger, { previous: trigger })).toEqual([])
    expect(keys('cronJobs', cronJob('other'), { type: 'added' })).toEqual([])
  })

  test('a status of a configuration: nobody, for it says what was known already', () => {
    const stored = { ...configuration(), metadata: { ...configuration().metadata, generation: 3 } }
    expect(keys('configurations', stored, { previous: stored })).toEqual([])
    const edited = { ...stored, metadata: { ...stored.metadata, generation: 4 } }
    expect(keys('configurations', edited, { previous: stored })).toEqual([policy, waiting, store].sort())
    const leaving = { ...stored, metadata: { ...stored.metadata, deletionTimestamp: '2026-11-22T12:00:00Z' } }
    expect(keys('configurations', leaving, { previous: stored })).toEqual([policy, waiting, store].sort())
  })

  test('a status of a repository: who waits for it, once it has been made or has had its retention', () => {
    const stored = repository()
    const known = { ...stored, metadata: { ...stored.metadata, generation: 1 } }
    const wrote = (status: object) => ({ ...known, status: { ...known.status, ...status } })
    const later = wrote({ lastBackupTime: '2026-11-22T12:00:00Z' })
    expect(keys('repositories', later, { previous: known })).toEqual([store])
    for (const status of [{ id: 'new' }, { lastForgetTime: '2026-11-22T12:00:00Z' }]) {
      const all = keys('repositories', wrote(status), { previous: known })
      expect(all).toEqual([waiting, store, 'RestoreSession/shop/back'].sort())
    }
  })

  test('a session that goes on: itself alone', () => {
    const session = backupSession(begun())
    expect(keys('backups', session, { previous: backupSession() })).toEqual([waiting])
  })

  test.each(['functions', 'tasks'] as const)('%s: every session that waits for one, a restore too', cache => {
    const object = { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Task', metadata: { name: 'pvc-backup' } }
    expect(keys(cache, object)).toEqual([waiting, 'RestoreSession/shop/back'])
  })
})
