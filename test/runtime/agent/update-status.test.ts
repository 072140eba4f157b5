import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { StepReport } from '../../../lib/report.js'
import { AgentLab, backupFlags, statusFlags } from './agent-lab.js'

type Pod = Parameters<typeof statusFlags>[0]

let lab: AgentLab
let gateway: Server
const pushes: { url: string; text: string }[] = []
beforeAll(async () => {
  lab = new AgentLab()
  lab.write({ 'data/a.txt': 'alpha' })
  gateway = createServer((request, response) => {
    let text = ''
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', () => {
      pushes.push({ url: request.url ?? '', text })
      response.end()
    })
  })
  await new Promise<void>(resolve => gateway.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  gateway.close()
  lab.close()
})
const gatewayUrl = () => `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`

function leave(pod: Pod, name: string, content: unknown): void {
  mkdirSync(String(pod['output-dir']), { recursive: true })
  writeFileSync(join(String(pod['output-dir']), name), JSON.stringify(content))
}
const mover = (more: Partial<StepReport>): StepReport => ({
  holdfast: 1,
  step: 'pvc-backup',
  outcome: 'Succeeded',
  ...more,
})

describe('update-status', () => {
  test('confirms a backup in the repository, learns its id and format, and pushes exact figures', async () => {
    const id = lab.repository('good')
    const pod = lab.pod('good')
    await lab.run('pvc-backup', backupFlags(pod, lab.path('data')))
    const more = { 'pushgateway-url': gatewayUrl(), 'cluster-name': 'eu/west' }
    const { report } = await lab.run('update-status', statusFlags(pod, more))
    expect(report).toMatchObject({
      step: 'update-status',
      outcome: 'Succeeded',
      confirmed: true,
      repository: { id, format: 2 },
      metrics: { pushed: true },
      snapshots: [{ path: lab.path('data'), totalBytes: 5 }],
    })
    const push = pushes.at(-1)
    expect(push?.url).toBe(
      '/metrics/job/holdfast/cluster@base64/ZXUvd2VzdA/namespace/shop/invoker_kind/BackupConfiguration/invoker_name/nightly',
    )
    expect(push?.text).toContain(
      'holdfast_backup_host_data_size_bytes{invoker_kind="BackupConfiguration",invoker_name="nightly",namespace="shop",driver="Restic",repository="main",kind="PersistentVolumeClaim",group="",name="db",hostname="shop/db"} 5',
    )
  })

  test.each([
    [
      'the controller’s, not the Repository’s',
      'production',
      '/metrics/job/holdfast/cluster/production/namespace/shop/',
    ],
    ['none where the controller has none', '', '/metrics/job/holdfast/namespace/shop/'],
    ['the template’s where no controller says anything', undefined, '/metrics/job/holdfast/cluster/eu/namespace/shop/'],
  ])('pushes under the name of a cluster: %s', async (_, name, address) => {
    const pod = lab.pod('any')
    leave(pod, 'pvc-backup.json', mover({ outcome: 'Failed', reason: 'EmptySource' }))
    const flags = statusFlags(pod, { 'pushgateway-url': gatewayUrl(), 'cluster-name': 'eu' })
    await lab.run('update-status', flags, { env: name === undefined ? {} : { PROMETHEUS_CLUSTER_NAME: name } })
    expect(pushes.at(-1)?.url).toContain(address)
  })

  test('does not call a backup confirmed when the repository lacks the snapshot', async () => {
    lab.repository('lost')
    const pod = lab.pod('lost')
    await lab.run('pvc-backup', backupFlags(pod, lab.path('data')))
    rmSync(lab.path('lost', 'snapshots'), { recursive: true })
    mkdirSync(lab.path('lost', 'snapshots'))
    const { report } = await lab.run('update-status', statusFlags(pod))
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'SnapshotNotConfirmed', confirmed: false })
  })

  test('says RepositoryReplaced when the snapshot lies in another repository than the known one', async () => {
    lab.repository('other')
    const pod = lab.pod('other')
    await lab.run('pvc-backup', backupFlags(pod, lab.path('data')))
    const { report } = await lab.run('update-status', statusFlags(pod, { 'repository-id': 'c'.repeat(64) }))
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'RepositoryReplaced' })
  })

  test('says which step left no result', async () => {
    const { report } = await lab.run('update-status', statusFlags(lab.pod('any')))
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'StepFailed' })
    expect(report?.message).toContain('pvc-backup left no result')
  })

  test('hands on why a backup failed without asking the repository', async () => {
    const pod = lab.pod('nowhere')
    leave(pod, 'pvc-backup.json', mover({ outcome: 'Failed', reason: 'SecretMissing', message: 'no Secret' }))
    const { report, commandLines } = await lab.run('update-status', statusFlags(pod))
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'SecretMissing', message: 'no Secret' })
    expect(commandLines).toEqual([])
  })

  test('fails for a failed hook after, and keeps the snapshot on record', async () => {
    lab.repository('hooked')
    const pod = lab.pod('hooked')
    await lab.run('pvc-backup', backupFlags(pod, lab.path('data')))
    leave(pod, 'post-hook.json', { ran: true, ok: false, message: 'answered 503' })
    const { report } = await lab.run('update-status', statusFlags(pod))
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'PostHookFailed', confirmed: true, snapshots: [{}] })
    expect(report?.message).toContain('answered 503')
  })

  test('pushes only success 0 after a failure, and a dead Pushgateway changes no outcome', async () => {
    const failed = lab.pod('any')
    leave(failed, 'pvc-backup.json', mover({ outcome: 'Failed', reason: 'EmptySource' }))
    await lab.run('update-status', statusFlags(failed, { 'pushgateway-url': gatewayUrl() }))
    const series = (pushes.at(-1)?.text ?? '').split('\n').filter(line => line !== '' && !line.startsWith('#'))
    expect(series.map(line => line.replace(/\{.*\}/, ''))).toEqual([
      'holdfast_backup_session_success 0',
      'holdfast_backup_target_success 0',
      'holdfast_backup_host_backup_success 0',
    ])
    const restored = lab.pod('any')
    leave(restored, 'pvc-restore.json', mover({ step: 'pvc-restore' }))
    const { report } = await lab.run(
      'update-status',
      statusFlags(restored, { 'pushgateway-url': 'http://127.0.0.1:9' }),
    )
    expect(report).toMatchObject({ outcome: 'Succeeded', metrics: { pushed: false } })
    expect(report?.metrics?.message).toContain('ECONNREFUSED')
  })
})
