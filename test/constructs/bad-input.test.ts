import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import {
  Backend,
  problemsOf,
  Repository,
  Retention,
  Schedule,
  Task,
  VolumeBackup,
  VolumeRestore,
} from '../../constructs/index.js'
import { complaintsOf, minimal, policyApp } from './policy-app.js'

const here = /test\/constructs\/bad-input\.test\.ts:\d+:\d+\)$/

test('everything that is wrong with all policies is said at once, with code, field and source line', () => {
  const { app, chart, repository } = policyApp()
  new VolumeBackup(chart, 'Orders', {
    ...minimal(repository),
    schedule: Schedule.daily({ at: '25:00', timeZone: 'Mars/Olympus' }),
    retention: Retention.keep({}),
    paths: ['/etc'],
    args: ['--password-command=cat'],
    timeOut: '2d',
    startingDeadline: '1s',
    task: { name: 'pvc-bakup' },
  })
  new VolumeBackup(chart, 'empty', {} as never)
  new Repository(chart, 'none', {} as never)
  new VolumeRestore(chart, 'seed', { claim: 'orders-data', repository, overwrite: 'Replace' })
  new Task(chart, 'task', { steps: [{ function: 'pvc-backp' }] })
  const complaints = complaintsOf(app)
  const found = complaints.map(line => /\] (HF\d{4}) (\S+): ([^:]+):/.exec(line)?.slice(1).join(' '))
  expect(found).toEqual([
    'HF1004 shop/Orders metadata.name',
    'HF1007 shop/Orders spec.target.args[0]',
    'HF1006 shop/Orders spec.target.paths',
    'HF1008 shop/Orders spec.retentionPolicy',
    'HF1002 shop/Orders spec.timeOut',
    'HF1005 shop/Orders spec.schedule',
    'HF1005 shop/Orders spec.timeZone',
    'HF1002 shop/Orders spec.startingDeadline',
    'HF2001 shop/Orders spec.task.name',
    'HF1001 shop/empty spec.target.ref.name',
    'HF1001 shop/empty spec.repository.name',
    'HF1001 shop/empty spec.schedule',
    'HF1001 shop/empty spec.retentionPolicy',
    'HF1001 shop/none spec.backend',
    'HF3003 shop/seed spec.overwrite',
    'HF2001 shop/task spec.steps[0].name',
  ])
  for (const line of complaints) expect(line).toMatch(here)
})

test('what synthesis refuses leaves no file', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'holdfast-synth-'))
  try {
    const app = new App({ outdir })
    const chart = new Chart(app, 'shop', { namespace: 'shop' })
    new Repository(chart, 'store', { backend: Backend.rest({ url: 'http://user:pass@rest', secretName: 'keys' }) })
    expect(() => app.synth()).toThrow('HF1002 shop/store: spec.backend.rest.url')
    expect(readdirSync(outdir)).toEqual([])
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
})

test('a complaint never repeats a password', () => {
  const { app, chart } = policyApp()
  new Repository(chart, 'rest', { backend: Backend.rest({ url: 'http://user:geheim@rest', secretName: 'keys' }) })
  expect(complaintsOf(app).join()).toContain('***')
  expect(complaintsOf(app).join()).not.toContain('geheim')
})

test('two configurations of one host and path are refused, with both places', () => {
  const { app, chart, repository } = policyApp()
  new VolumeBackup(chart, 'one', minimal(repository))
  const same = Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'backups', secretName: 'store-keys' })
  new VolumeBackup(chart, 'two', minimal(new Repository(chart, 'alias', { backend: same })))
  expect(complaintsOf(app)).toEqual([
    expect.stringMatching(
      /HF3001 shop\/two: spec\.target: shop\/one \(.*bad-input\.test\.ts:\d+:\d+\) backs up the same: host 'shop\/orders-data', path '\/holdfast-data'/,
    ),
  ])
})

test('two objects of one name are refused, ours or not', () => {
  const { app, chart, repository } = policyApp()
  const other = new Chart(app, 'again', { namespace: 'shop' })
  new VolumeBackup(chart, 'orders', minimal(repository))
  new VolumeBackup(other, 'orders', minimal(repository, 'other-data'))
  const complaints = complaintsOf(app)
  expect(complaints).toHaveLength(5)
  expect(complaints[0]).toMatch(
    /HF3002 again\/orders: metadata\.name: BackupConfiguration shop\/orders is also made by shop\/orders/,
  )
})

test('a missing namespace is said by each object that needs one', () => {
  const app = new App()
  new VolumeBackup(new Chart(app, 'shop'), 'orders', minimal({ name: 'store', namespace: undefined, spec: undefined }))
  expect(complaintsOf(app)).toEqual([expect.stringMatching(/HF1001 shop\/orders: metadata\.namespace: is missing/)])
})

test('a repository of another namespace wants consent and a Secret', () => {
  const { app, repository } = policyApp()
  const blog = new Chart(app, 'blog', { namespace: 'blog' })
  new VolumeBackup(blog, 'uploads', minimal(repository, 'uploads'))
  expect(complaintsOf(app)).toEqual([
    expect.stringMatching(/HF3004 blog\/uploads: spec\.repository\.namespace: .*usagePolicy/),
    expect.stringMatching(/HF3004 blog\/uploads: spec\.repository\.secretName/),
  ])
})

test('a restore over files wants the word that it restores again', () => {
  const { app, chart, repository } = policyApp()
  new VolumeRestore(chart, 'seed', { claim: 'orders-data', repository, overwrite: 'Merge' })
  expect(complaintsOf(app)).toEqual([
    expect.stringMatching(
      /HF3003 .*what it restores, or where to, is edited; .*acknowledge: 'restores-again-on-recreation'/,
    ),
  ])
  const { app: meant, chart: shop, repository: store } = policyApp()
  const acknowledge = 'restores-again-on-recreation'
  new VolumeRestore(shop, 'seed', { claim: 'orders-data', repository: store, overwrite: 'Merge', acknowledge })
  expect(complaintsOf(meant)).toEqual([])
})

test('programs get the same problems as values', () => {
  const { app, chart, repository } = policyApp()
  new VolumeBackup(chart, 'orders', { ...minimal(repository), backupHistoryLimit: 0 })
  expect(problemsOf(app)).toEqual([
    {
      code: 'HF1002',
      object: 'shop/orders',
      path: 'spec.backupHistoryLimit',
      message: 'got 0; expected at least 1',
      source: expect.stringMatching(/^test\/constructs\/bad-input\.test\.ts:\d+:\d+$/),
    },
  ])
})
