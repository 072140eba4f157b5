import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { definitions } from '../../cli/trial/cast.js'
import { resourceOf } from '../../cli/trial/resources.js'
import { BACKUP_SESSIONS, CONFIGURATIONS, RESTORE_SESSIONS } from '../../runtime/controller/objects.js'
import { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { Sandbox } from '../../sandbox/index.js'
import { holdfast, type Result } from './command.js'

const apiVersion = 'holdfast.dev/v1alpha1'
const folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
let sandbox: Sandbox
let client: KubeClient

const run = (...args: string[]): Promise<Result> => holdfast(args, folder, { KUBECONFIG: sandbox.kubeconfigPath })

function configuration(name: string): KubeObject {
  const target = { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'orders-data' } }
  const spec = { target, repository: { name: 'store' }, schedule: '0 3 * * *', retentionPolicy: { keepLast: 3 } }
  return { apiVersion, kind: 'BackupConfiguration', metadata: { name, namespace: 'default' }, spec }
}

function ready(status: 'True' | 'False', reason: string, message: string): Record<string, unknown> {
  const lastTransitionTime = '2026-11-22T03:00:00Z'
  return { conditions: [{ type: 'Ready', status, reason, message, lastTransitionTime }] }
}

async function createAll(objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) await client.create(resourceOf(object), object)
}

beforeAll(async () => {
  sandbox = await Sandbox.start({ stateFolder: folder, images: {} })
  const credentials = async () => ({ headers: {}, tls: {} })
  client = new KubeClient({ server: sandbox.url, namespace: 'default', credentials })
  await createAll(definitions())
  const backend = { local: { persistentVolumeClaim: { claimName: 'store' } }, storageSecretName: 'store-keys' }
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
  const names = ['orders', 'stale']
  await createAll([
    { apiVersion, kind: 'Repository', metadata: { name: 'store', namespace: 'default' }, spec: { backend } },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'orders-data', namespace: 'default' },
      spec: claim,
    },
    ...names.map(configuration),
  ])
  const statuses = [ready('True', 'Protected', 'good'), ready('False', 'RecoveryPointTooOld', 'older than 24h')]
  for (const [index, name] of names.entries()) {
    const object = await client.get(CONFIGURATIONS, name, 'default')
    await client.replaceStatus(CONFIGURATIONS, {
      ...object,
      status: { ...statuses[index], lastSuccessfulTime: '2026-11-22T03:00:00Z' },
    })
  }
})

afterAll(async () => {
  client.close()
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('the commands that speak to a cluster', () => {
  test('status lists problems first, with the reason', async () => {
    const { code, stdout } = await run('status')
    expect(code).toBe(0)
    const rows = stdout.trim().split('\n')
    expect(rows[1]).toMatch(
      /default\/stale +orders-data +0 3 \* \* \* .* not Ready +RecoveryPointTooOld: older than 24h/,
    )
    expect(rows[2]).toMatch(/default\/orders .* Ready$/)
    const json: unknown = JSON.parse((await run('status', '-A', '-o', 'json')).stdout)
    expect(json).toMatchObject([
      { name: 'stale', ready: false, reason: 'RecoveryPointTooOld', nextScheduleTime: null },
      { name: 'orders', ready: true },
    ])
  })

  test('trigger makes a manual session of a configuration that is there', async () => {
    expect(await run('trigger', 'orders')).toMatchObject({ code: 0, stderr: '' })
    const { items } = await client.list(BACKUP_SESSIONS, { namespace: 'default' })
    expect(items).toMatchObject([{ metadata: { name: expect.stringMatching(/^orders-manual-/) } }])
    const absent = await run('trigger', 'order', '-n', 'default')
    expect(absent).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no BackupConfiguration default/order'),
    })
  })

  test('restore writes down exactly what was asked for, and refuses what cannot be', async () => {
    const asked = ['restore', 'orders-data', '--repository', 'store', '--overwrite', 'Merge', '--include', '/2026/**']
    expect(await run(...asked)).toMatchObject({ code: 0, stderr: '' })
    const { items } = await client.list(RESTORE_SESSIONS, { namespace: 'default' })
    expect(items[0]?.['spec']).toEqual({
      target: {
        ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'orders-data' },
        rules: [{ snapshots: ['latest'], include: ['/2026/**'] }],
      },
      repository: { name: 'store' },
      overwrite: 'Merge',
    })
    const wrong = await run('restore', 'orders-data', '--repository', 'store', '--snapshot', 'newest')
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/HF1002 .*got "newest"/) })
    const absent = await run('restore', 'nothing', '--repository', 'store')
    expect(absent.stderr).toMatch(/there is no PersistentVolumeClaim default\/nothing/)
  })

  test('a kubeconfig that is not there is an error of one line', async () => {
    const { code, stderr } = await holdfast(['status'], folder, { KUBECONFIG: join(folder, 'absent') })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^✘ the kubeconfig .*absent does not exist/)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})
