import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-27'
import { Backend, Fleet, type FleetProps, Repository, VolumeBackup } from '../../constructs/index.js'
import { claimYaml, withFiles } from './manifests/manifest-folder.js'
import { complaintsOf, minimal, policyApp } from './policy-app.js'

const today = new Date('2026-11-22T00:00:00Z')

/** What synthesis of a fleet with one policy says, beside these files; `{folder}` stands for theirs. */
function complaints(files: Readonly<Record<string, string>>, props: FleetProps = {}): string[] {
  return withFiles(files, folder => {
    const { app, chart, repository } = policyApp()
    new VolumeBackup(chart, 'orders', minimal(repository))
    new Fleet(app, 'fleet', { manifests: [folder], today, ...props })
    return complaintsOf(app).map(each => each.replaceAll(`${folder}/`, ''))
  })
}

describe('a Fleet', () => {
  test('lets an app be written whose claims are all protected or exempt', () => {
    const files = { 'orders.yaml': claimYaml('orders-data'), 'cache.yaml': claimYaml('cache') }
    const exemptions = [{ claim: 'shop/cache', reason: 'rebuilt at every start', until: '2027-06-30' }]
    expect(complaints(files, { exemptions })).toEqual([])
  })

  test('reports what stands against the proof with all other problems, each once and at its position', () => {
    const found = complaints(
      { 'cache.yaml': claimYaml('cache'), 'broken.yaml': 'a: [' },
      {
        exemptions: [{ claim: 'shop/none', reason: '', until: '2027-06-30' }],
      },
    )
    expect(found).toEqual([
      expect.stringMatching(/HF5001 broken.yaml: .*\(broken.yaml:1:5\)/),
      expect.stringMatching(/HF5101 PersistentVolumeClaim shop\/cache: .*\(cache.yaml:1:1\)/),
      expect.stringMatching(/HF5102 exemption shop\/none: reason: .*fleet\.test\.ts:\d+:\d+\)/),
      expect.stringMatching(
        /HF5104 BackupConfiguration shop\/orders: .*orders-data is nowhere.*fleet\.test\.ts:\d+:\d+\)/,
      ),
    ])
  })

  test.each([true, false])(
    'tells once that a mover cannot read, whether the policy names its workload: %s',
    isNamed => {
      const containers = [{ name: 'web', image: 'web', volumeMounts: [{ name: 'data', mountPath: '/data' }] }]
      const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'orders-data' } }]
      const spec = { template: { spec: { securityContext: { runAsUser: 999 }, containers, volumes } } }
      const workload = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec }
      withFiles({ 'web.json': JSON.stringify(workload), 'orders.yaml': claimYaml('orders-data') }, folder => {
        const { app, chart, repository } = policyApp()
        const own = isNamed ? { workload, readAs: { user: 5 } } : {}
        new VolumeBackup(chart, 'orders', { ...minimal(repository), ...own })
        new Fleet(app, 'fleet', { manifests: [folder], today })
        expect(complaintsOf(app)).toEqual([expect.stringContaining('HF5106')])
      })
    },
  )

  test('writes nothing when there is a problem', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'holdfast-fleet-'))
    try {
      const app = new App({ outdir })
      const chart = new Chart(app, 'shop', { namespace: 'shop' })
      new k8s.KubePersistentVolumeClaim(chart, 'claim', { metadata: { name: 'cache' } })
      const fleet = new Fleet(app, 'fleet', { today })
      expect(fleet.model.claims.map(({ namespace, name, position }) => `${namespace}/${name} ${position}`)).toEqual([
        'shop/cache shop/claim',
      ])
      expect(() => app.synth()).toThrow(/HF5101 PersistentVolumeClaim shop\/cache/)
      expect(readdirSync(outdir)).toEqual([])
    } finally {
      rmSync(outdir, { recursive: true, force: true })
    }
  })

  test('does not repeat what constructs say themselves', () => {
    const { app, chart, repository } = policyApp()
    const twice = { ...minimal(repository), metadata: { namespace: 'shop' } }
    new VolumeBackup(chart, 'one', twice)
    new VolumeBackup(chart, 'two', { ...twice, recoveryPointObjective: 'often' })
    new VolumeBackup(chart, 'three', twice)
    new Fleet(app, 'fleet', { today, partial: true })
    const codes = complaintsOf(app).map(each => /HF\d+/.exec(each)?.[0])
    expect(codes).toEqual([...new Set(codes)])
  })

  test('reads its app’s output neither as manifests nor as protection', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'holdfast-fleet-'))
    try {
      writeFileSync(join(outdir, 'claim.yaml'), claimYaml('orders-data'))
      const app = new App({ outdir })
      const chart = new Chart(app, 'shop', { namespace: 'shop' })
      const backend = Backend.s3({ endpoint: 's3.example.com', bucket: 'b', secretName: 'keys' })
      new VolumeBackup(chart, 'orders', minimal(new Repository(chart, 'store', { backend })))
      new Fleet(app, 'fleet', { manifests: [outdir], today })
      expect(complaintsOf(app)).toEqual([expect.stringContaining('HF5104')])
    } finally {
      rmSync(outdir, { recursive: true, force: true })
    }
  })

  test('sees what was added after an earlier look', async () => {
    const { app, chart, repository } = policyApp()
    const fleet = new Fleet(app, 'fleet', { today, partial: true })
    expect(fleet.model.policies).toEqual([])
    await Promise.resolve()
    new VolumeBackup(chart, 'orders', minimal(repository))
    expect(fleet.model.policies).toHaveLength(1)
  })

  test('judges on the day of the prop, else of the context, and refuses what is no day', () => {
    const ended = {
      'a.yaml': `${claimYaml('a')}  annotations: {holdfast.dev/exempt: why, holdfast.dev/exempt-until: 2026-11-21}\n`,
    }
    expect(complaints(ended, { partial: true })).toEqual([expect.stringContaining('HF5103')])
    expect(complaints(ended, { partial: true, today: new Date('2026-11-21T23:00:00Z') })).toEqual([])
    const onDay = (day: string) =>
      withFiles(ended, folder => {
        const app = new App()
        app.node.setContext('holdfast.dev/today', day)
        new Fleet(app, 'fleet', { manifests: [folder] })
        return complaintsOf(app)
      })
    expect(onDay('2026-11-21')).toEqual([])
    expect(onDay('2026-11-22')).toEqual([expect.stringContaining('HF5103')])
    expect(onDay('tomorrow')).toEqual([expect.stringMatching(/HF1002 fleet: today: got 'tomorrow'/)])
    expect(complaints({}, { today: new Date('never') })).toEqual([expect.stringContaining('got an invalid Date')])
  })
})
