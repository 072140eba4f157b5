import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  backupMetrics,
  repositoryMetrics,
  restoreMetrics,
  type SessionMetrics,
} from '../../../runtime/agent/metrics.js'
import { groupUrl, push } from '../../../runtime/agent/pushgateway.js'

const of: SessionMetrics = {
  identity: { invokerKind: 'BackupConfiguration', invokerName: 'nightly', namespace: 'shop', repository: 'main' },
  target: { kind: 'PersistentVolumeClaim', name: 'db', hostname: 'eu/shop/db' },
  success: true,
  sessionSeconds: 12.5,
  hostSeconds: 10.25,
  now: 1_795_374_000.25,
}
const snapshot = {
  id: 'a',
  path: '/data',
  totalBytes: 9_007_199_254_740_991,
  uploadedBytes: 7,
  seconds: 1.5,
  files: { total: 3, new: 2 },
}
const group = { cluster: 'eu', namespace: 'shop', invokerKind: 'BackupConfiguration', invokerName: 'nightly' }

const values = (text: string) =>
  Object.fromEntries(
    text
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
      .map(line => [line.replace(/\{.*/, ''), Number(line.split(' ').at(-1))]),
  )

describe('series', () => {
  test('of a good backup are Stash’s, with exact figures', async () => {
    expect(values(await backupMetrics(of, [snapshot, { ...snapshot, totalBytes: 0 }]))).toEqual({
      holdfast_backup_session_success: 1,
      holdfast_backup_target_success: 1,
      holdfast_backup_host_backup_success: 1,
      holdfast_backup_session_duration_seconds: 12.5,
      holdfast_backup_target_count_total: 1,
      holdfast_backup_last_success_time_seconds: 1_795_374_000.25,
      holdfast_backup_target_host_count_total: 1,
      holdfast_backup_target_last_success_time_seconds: 1_795_374_000.25,
      holdfast_backup_host_backup_duration_seconds: 10.25,
      holdfast_backup_host_data_size_bytes: 9_007_199_254_740_991,
      holdfast_backup_host_data_uploaded_bytes: 14,
      holdfast_backup_host_data_processing_time_seconds: 3,
      holdfast_backup_host_files_total: 6,
      holdfast_backup_host_files_new: 4,
      holdfast_backup_host_files_modified: 0,
      holdfast_backup_host_files_unmodified: 0,
    })
  })

  test('of a failure say only that, so that the last good run’s stay', async () => {
    expect(Object.values(values(await backupMetrics({ ...of, success: false }, [])))).toEqual([0, 0, 0])
    expect(Object.values(values(await restoreMetrics({ ...of, success: false })))).toEqual([0, 0, 0])
  })

  test('of a repository leave out what is not known', async () => {
    const text = await repositoryMetrics(of.identity, { backend: 's3', bucket: 'b', prefix: '' }, { integrity: false })
    expect(values(text)).toEqual({ holdfast_repository_integrity: 0 })
    expect(text).toContain('name="main",backend="s3",bucket="b"}')
  })
})

describe('a Pushgateway', () => {
  let server: ChildProcess
  let url: string
  beforeAll(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    const path = `${join(process.cwd(), '.tools/bin')}${delimiter}${process.env['PATH'] ?? ''}`
    server = spawn('pushgateway', [`--web.listen-address=127.0.0.1:${port}`], { env: { PATH: path }, stdio: 'ignore' })
    while (!(await answers(`${url}/-/ready`))) await new Promise(wake => setTimeout(wake, 50))
  })
  afterAll(() => void server.kill())

  test('takes the series under their group, even with slashes in its values', async () => {
    expect(await push(url, { ...group, cluster: 'eu/west 1' }, await backupMetrics(of, [snapshot]))).toEqual({
      pushed: true,
    })
    const scraped = await (await fetch(`${url}/metrics`)).text()
    expect(scraped).toContain('cluster="eu/west 1"')
    expect(scraped).toContain('holdfast_backup_host_data_size_bytes')
  })

  test('keeps the last good run’s figures when a failure is pushed', async () => {
    await push(url, group, await backupMetrics(of, [snapshot]))
    await push(url, group, await backupMetrics({ ...of, success: false }, []))
    const scraped = (await (await fetch(`${url}/metrics`)).text())
      .split('\n')
      .filter(line => line.includes('cluster="eu"'))
    expect(scraped.find(line => line.startsWith('holdfast_backup_session_success'))).toMatch(/ 0$/)
    expect(scraped.find(line => line.startsWith('holdfast_backup_last_success_time_seconds'))).toMatch(
      / 1\.79537400025e\+09$/,
    )
  })

  test('that refuses or is away is told in words', async () => {
    expect(await push(url, group, 'no metrics\n')).toMatchObject({
      pushed: false,
      message: expect.stringContaining('answered 400'),
    })
    expect(await push('http://127.0.0.1:9', group, '')).toMatchObject({
      pushed: false,
      message: expect.stringContaining('ECONNREFUSED'),
    })
    expect(await push('no address', group, '')).toMatchObject({ pushed: false })
  })

  test('is addressed by group; an empty cluster is left out', () => {
    expect(groupUrl('http://p:9091/base/', { ...group, cluster: '' })).toBe(
      'http://p:9091/base/metrics/job/holdfast/namespace/shop/invoker_kind/BackupConfiguration/invoker_name/nightly',
    )
  })
})

function freePort(): Promise<number> {
  const probe = createServer()
  return new Promise(resolve => {
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}
