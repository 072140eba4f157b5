import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { objectsIn } from '../../cli/policy/manifest.js'
import { castOf } from '../../cli/trial/cast.js'
import { requireSecrets, withLocalStores } from '../../cli/trial/local-store.js'
import { metricRows, readSeries } from '../../cli/trial/metrics.js'
import { policySetOf } from '../../cli/trial/policy-set.js'
import { restoreOf } from '../../cli/trial/restore.js'
import { damage, differences, fingerprints, writeSampleFiles } from '../../cli/trial/sample-files.js'
import { inFolder } from './command.js'

const policy = `
apiVersion: holdfast.dev/v1alpha1
kind: Repository
metadata: { name: store, namespace: shop }
spec: { backend: { s3: { endpoint: 'https://s3.example.com', bucket: shop }, storageSecretName: store-keys } }
---
apiVersion: holdfast.dev/v1alpha1
kind: BackupConfiguration
metadata: { name: orders, namespace: shop }
spec:
  target: { ref: { apiVersion: v1, kind: PersistentVolumeClaim, name: orders-data }, alias: shop/old-orders, exclude: ['*.tmp'] }
  repository: { name: store }
  schedule: '@daily'
  retentionPolicy: { keepLast: 3 }
  jobTemplate: { spec: {} }
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: alerts, namespace: shop }
`
const set = () => policySetOf(objectsIn(policy, 'policy.yaml'), 'policy.yaml')

describe('what a trial makes of a policy', () => {
  test('a store outside is replaced by a claim, and no committed template still names it', () => {
    const local = withLocalStores(set())
    expect(local.set.repositories[0]?.spec.backend).toEqual({
      local: { persistentVolumeClaim: { claimName: 'store-store' } },
      storageSecretName: 'store-keys',
    })
    expect(local.set.configurations[0]?.spec.jobTemplate).toBeUndefined()
    expect(local.replaced).toEqual([
      {
        repository: 'Repository shop/store',
        store: 's3',
        secret: 'shop/store-keys',
        keys: ['RESTIC_PASSWORD', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
      },
    ])
  })

  test('the real store is refused until its Secret is given', () => {
    const { replaced } = withLocalStores(set())
    expect(() => requireSecrets(set(), replaced)).toThrow(
      /Secret shop\/store-keys with RESTIC_PASSWORD, AWS_ACCESS_KEY_ID/,
    )
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'store-keys', namespace: 'shop' } }
    expect(() => requireSecrets({ ...set(), others: [secret] }, replaced)).not.toThrow()
  })

  test('what a cluster would have is made, and what a trial cannot try is named', () => {
    const { leftOut } = set()
    const cast = castOf(withLocalStores(set()).set)
    expect(leftOut).toEqual(['PrometheusRule shop/alerts'])
    expect(cast.namespaces.map(({ metadata }) => metadata.name)).toEqual(['shop'])
    expect(cast.claims.map(({ metadata }) => metadata.name)).toEqual(['orders-data', 'store-store'])
    expect(cast.secrets).toEqual([expect.objectContaining({ stringData: { RESTIC_PASSWORD: cast.password } })])
  })

  test('a policy without a backup is refused', () => {
    expect(() => policySetOf([], 'policy.ts')).toThrow(/policy\.ts: there is no backup to try: it wrote no YAML/)
  })

  test('a restore names the policy’s own host, and spares files that were never stored', () => {
    const [configuration] = set().configurations
    if (configuration === undefined) throw new Error('the policy has one configuration')
    expect(restoreOf(configuration, 'back')['spec']).toMatchObject({
      overwrite: 'Merge',
      target: { alias: 'shop/old-orders' },
    })
  })
})

describe('the example files of a trial', () => {
  test('a lost file, a spoiled one and one too many are all noticed', async () => {
    await inFolder(async folder => {
      expect(writeSampleFiles(folder, undefined)).toBe(30)
      const before = fingerprints(folder)
      expect(before.size).toBe(30)
      expect(differences(before, fingerprints(folder))).toEqual([])
      const { deleted, corrupted } = damage(folder)
      writeFileSync(join(folder, 'stray'), '')
      expect(differences(before, fingerprints(folder))).toEqual([deleted, corrupted, 'stray'].sort())
      expect(readdirSync(folder)).toContain('settings.json')
    })
  })
})

test('pushed metrics are read with their labels', () => {
  const text = '# HELP x\nholdfast_backup_session_success{invoker_name="orders",namespace="shop"} 1\nother{a="b"} 2\n'
  expect(readSeries(text)).toHaveLength(1)
  expect(metricRows(readSeries(text))).toEqual([['holdfast_backup_session_success', 'shop/orders', '1 (yes)']])
})
