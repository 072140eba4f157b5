import { describe, expect, test } from '@jest/globals'
import { k8s } from 'cdk8s-plus-27'
import { VolumeBackup, VolumeRestore, type Workload, type WorkloadManifest } from '../../constructs/index.js'
import { withFiles } from './manifests/manifest-folder.js'
import { at, complaintsOf, manifestOf, minimal, policyApp } from './policy-app.js'

function workload(securityContext: Readonly<Record<string, unknown>>): WorkloadManifest {
  const containers = [{ name: 'web', image: 'web', volumeMounts: [{ name: 'data', mountPath: '/data' }] }]
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'orders-data' } }]
  const spec = { template: { spec: { securityContext, containers, volumes } } }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec }
}

function backup(of: unknown, more: object = {}) {
  const { app, chart, repository } = policyApp()
  new VolumeBackup(chart, 'orders', { ...minimal(repository), workload: of as Workload, ...more })
  return app
}
const readAsOf = (app: ReturnType<typeof backup>, kind = 'BackupConfiguration') =>
  at(manifestOf(app, kind), 'spec.readAs')
const writer = { runAsUser: 1234, runAsGroup: 1235, fsGroup: 2000 }

describe('a policy that is given its workload', () => {
  test('reads as the workload writes, and what is stated wins', () => {
    const derived = { user: 1234, group: 1235, supplementalGroups: [2000] }
    expect(readAsOf(backup(workload(writer)))).toEqual(derived)
    expect(readAsOf(backup(workload(writer), { readAs: { group: 7 } }))).toEqual({ ...derived, group: 7 })
    expect(readAsOf(backup(workload({ runAsUser: 1234 })))).toEqual({ user: 1234, group: 65532 })
  })

  test('takes it from a file, and from a construct', () => {
    withFiles({ 'app/web.json': JSON.stringify(workload(writer)), 'app/other.yaml': 'a: 1\n' }, folder => {
      expect(readAsOf(backup(`${folder}/app`))).toMatchObject({ user: 1234 })
      expect(complaintsOf(backup(`${folder}/nothing`))).toEqual([
        expect.stringMatching(/HF5106 .*its workload cannot be read: HF5002/),
      ])
      expect(complaintsOf(backup(`${folder}/app`, { claim: 'else' }))).toEqual([
        expect.stringContaining("mounts claim 'else' for writing"),
      ])
    })
    const { app, chart, repository } = policyApp()
    const { spec, metadata } = workload(writer)
    const deployment = new k8s.KubeDeployment(chart, 'web', { metadata, spec: { ...(spec as k8s.DeploymentSpec) } })
    new VolumeBackup(chart, 'orders', { ...minimal(repository), workload: deployment })
    expect(readAsOf(app)).toMatchObject({ user: 1234 })
  })

  test('is refused when the workload does not tell, or what is stated cannot read', () => {
    expect(complaintsOf(backup(workload({})))).toEqual([
      expect.stringMatching(
        /HF5106 shop\/orders: workload: container web of Deployment shop\/web runs as the user of its image.*workload\.test\.ts/,
      ),
    ])
    expect(complaintsOf(backup(workload(writer), { readAs: { user: 7, group: 8, supplementalGroups: [] } }))).toEqual([
      expect.stringMatching(/HF5106 shop\/orders: spec\.readAs: .*shares neither user nor group/),
    ])
    expect(complaintsOf(backup(workload({ runAsUser: 0 }), { privileges: 'read-any-file' }))).toEqual([])
    expect(complaintsOf(backup(workload({}), { readAs: { user: 7 } }))).toEqual([])
    for (const wrong of [null, {}, 7, []])
      expect(complaintsOf(backup(wrong))).toEqual([expect.stringContaining('HF5106')])
  })

  test('restores so that the workload can read it', () => {
    const { app, chart, repository } = policyApp()
    new VolumeRestore(chart, 'back', { claim: 'orders-data', repository, workload: workload(writer) })
    expect(readAsOf(app, 'RestoreSession')).toEqual({ user: 1234, group: 1235, fsGroup: 2000 })
  })
})
