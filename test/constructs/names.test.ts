import { expect, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import { Construct } from 'constructs'
import { Holdfast, VolumeBackup } from '../../constructs/index.js'
import { manifestsOf, minimal, policyApp } from './policy-app.js'

const names = (app: App) =>
  manifestsOf(app)
    .filter(({ kind }) => kind !== 'CustomResourceDefinition')
    .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`)

test('the names of a policy do not change', () => {
  const { app, chart, repository } = policyApp()
  new VolumeBackup(chart, 'orders', minimal(repository))
  expect(names(app)).toEqual([
    'Repository shop/store',
    'BackupConfiguration shop/orders',
    'CronJob shop/orders-trigger',
    'ServiceAccount shop/orders-trigger',
    'Role shop/orders-trigger',
    'RoleBinding shop/orders-trigger',
  ])
})

test('the names of the control plane do not change', () => {
  const app = new App()
  new Holdfast(new Chart(app, 'system'), 'holdfast')
  expect(names(app)).toEqual([
    'Namespace -/holdfast-system',
    'ServiceAccount holdfast-system/holdfast-pushgateway',
    'PersistentVolumeClaim holdfast-system/holdfast-pushgateway',
    'Deployment holdfast-system/holdfast-pushgateway',
    'Service holdfast-system/holdfast-pushgateway',
    'ServiceAccount holdfast-system/holdfast-controller',
    'ClusterRole -/holdfast-controller',
    'ClusterRoleBinding -/holdfast-controller',
    'Role holdfast-system/holdfast-controller',
    'RoleBinding holdfast-system/holdfast-controller',
    'Deployment holdfast-system/holdfast-controller',
    'Service holdfast-system/holdfast-controller',
    'ClusterRole -/holdfast-view',
    'ClusterRole -/holdfast-operate',
    'ClusterRole -/holdfast-edit',
    'ValidatingAdmissionPolicy -/holdfast-restores',
    'ValidatingAdmissionPolicyBinding -/holdfast-restores',
    'Function -/pvc-backup',
    'Function -/pvc-restore',
    'Function -/update-status',
    'Task -/pvc-backup',
    'Task -/pvc-restore',
  ])
})

test('a policy keeps its names, labels and bytes wherever it stands in the tree', () => {
  const flat = policyApp()
  new VolumeBackup(flat.chart, 'orders', minimal(flat.repository))
  const nested = policyApp()
  new VolumeBackup(new Construct(nested.chart, 'team'), 'orders', minimal(nested.repository))
  expect(nested.app.synthYaml()).toBe(flat.app.synthYaml())
})

test('a long name is cut for its CronJob and stays one of its own', () => {
  const { app, chart, repository } = policyApp()
  const long = 'orders-of-the-whole-shop-in-all-its-branches-everywhere'
  new VolumeBackup(chart, `${long}-a`, minimal(repository, 'a'))
  new VolumeBackup(chart, `${long}-b`, minimal(repository, 'b'))
  const cronJobs = manifestsOf(app).filter(({ kind }) => kind === 'CronJob')
  expect(new Set(cronJobs.map(({ metadata }) => metadata.name)).size).toBe(2)
  for (const { metadata } of cronJobs) expect(metadata.name.length).toBeLessThanOrEqual(52)
})
