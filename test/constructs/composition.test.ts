import { describe, expect, test } from '@jest/globals'
import { App, Chart, Size } from 'cdk8s'
import { PersistentVolumeAccessMode, PersistentVolumeClaim } from 'cdk8s-plus-27'
import { Construct } from 'constructs'
import {
  Function as BackupFunction,
  defaultImage,
  imageContext,
  Repository,
  Task,
  VolumeBackup,
  VolumeRestore,
} from '../../constructs/index.js'
import type { BackupConfigurationSpec } from '../../lib/api/backup-configuration.js'
import type { RepositorySpec } from '../../lib/api/repository.js'
import { builtInFunctions, builtInTasks } from '../../lib/built-ins.js'
import { resolve } from '../../lib/resolver.js'
import { isStale, passGate } from '../../lib/template-gate.js'
import type { BackupSubject } from '../../lib/variables.js'
import { at, complaintsOf, manifestOf, manifestsOf, minimal, policyApp } from './policy-app.js'

const outputDir = '/holdfast-tmp/output'

describe('the committed Job template', () => {
  test('is fresh, and passes the gate of the controller that reads it back', () => {
    const { app, chart, repository } = policyApp()
    new VolumeBackup(chart, 'orders', { ...minimal(repository), retryConfig: { maxRetry: 1 } })
    const written = manifestOf(app, 'BackupConfiguration')
    const { jobTemplate, ...spec } = at<BackupConfigurationSpec>(written, 'spec')
    const store = at<RepositorySpec>(manifestOf(app, 'Repository'), 'spec')
    const subject: BackupSubject = {
      kind: 'BackupConfiguration',
      namespace: 'shop',
      name: 'orders',
      spec,
      repository: { name: 'store', namespace: 'shop', spec: store },
      image: defaultImage,
    }
    const task = { name: 'pvc-backup', spec: builtInTasks['pvc-backup'] ?? { steps: [] }, functions: builtInFunctions }
    const fresh = resolve(subject, task)
    expect(isStale(jobTemplate, subject)).toBe(false)
    expect(fresh).toEqual({ ok: true, template: jobTemplate })
    const context = { subject, fresh: fresh.ok ? fresh.template : undefined, trustedImages: [] }
    expect(passGate(jobTemplate, context)).toMatchObject({ ok: true })
  })

  test('is made at the end, from Functions that were added after the policy', () => {
    const { app, chart, repository } = policyApp()
    const backup = new VolumeBackup(chart, 'orders', {
      ...minimal(repository),
      task: { name: 'frozen', params: { reason: 'night' } },
    })
    expect(backup.jobTemplate).toBeUndefined()
    const freeze = new BackupFunction(chart, 'freeze', { image: 'busybox:1', args: ['${reason}', '${TARGET_NAME}'] })
    new Task(chart, 'frozen', {
      steps: [{ function: freeze }, { function: 'update-status', params: { outputDir, secretVolume: 'keys' } }],
      volumes: [{ name: 'keys', secret: { secretName: '${REPOSITORY_SECRET_NAME}', optional: true } }],
    })
    expect(complaintsOf(app)).toEqual([])
    const steps = 'spec.jobTemplate.spec.template.spec.initContainers'
    expect(at<unknown[]>(manifestOf(app, 'BackupConfiguration'), steps)[0]).toMatchObject({
      name: 'freeze-0',
      args: ['night', 'orders-data'],
    })
  })

  test('is left to the controller when Repository, Task or Function are written elsewhere', () => {
    const { app, chart, repository } = policyApp()
    const elsewhere = Repository.fromRepositoryName(chart, 'imported', { name: 'central', namespace: 'backup' })
    new VolumeBackup(chart, 'a', { ...minimal(elsewhere, 'a'), repositorySecretName: 'keys' })
    new VolumeBackup(chart, 'b', { ...minimal(repository, 'b'), task: Task.fromTaskName(chart, 't', 'dump') })
    const ship = BackupFunction.fromFunctionName(chart, 'f', 'ship')
    new VolumeBackup(chart, 'c', {
      ...minimal(repository, 'c'),
      task: new Task(chart, 'shipping', { steps: [{ function: ship }] }),
    })
    expect(complaintsOf(app)).toEqual([])
    for (const name of ['a', 'b', 'c'])
      expect(at(manifestOf(app, 'BackupConfiguration', name), 'spec.jobTemplate')).toBeUndefined()
  })

  test('is made for a Repository whose manifest is at hand, which is not written again', () => {
    const app = new App()
    const chart = new Chart(app, 'shop', { namespace: 'shop' })
    const metadata = { name: 'central', namespace: 'shop' }
    const spec: RepositorySpec = { backend: { rest: { url: 'http://rest:8000/' }, storageSecretName: 'keys' } }
    new VolumeBackup(chart, 'orders', minimal(Repository.fromManifest(chart, 'central', { metadata, spec })))
    expect(at(manifestOf(app, 'BackupConfiguration'), 'spec.jobTemplate')).toBeDefined()
    expect(manifestsOf(app).map(({ kind }) => kind)).not.toContain('Repository')
  })
})

describe('in a cdk8s app of somebody else', () => {
  test('a claim of cdk8s-plus is the target, and other objects are left as they are', () => {
    const build = (withPolicy: boolean) => {
      const { app, chart, repository } = policyApp()
      const claim = new PersistentVolumeClaim(chart, 'data', {
        accessModes: [PersistentVolumeAccessMode.READ_WRITE_ONCE],
        storage: Size.gibibytes(1),
      })
      if (withPolicy) new VolumeBackup(new Construct(chart, 'backups'), 'orders', { ...minimal(repository), claim })
      return { app, claim }
    }
    const [bare, full] = [build(false), build(true)]
    expect(at(manifestOf(full.app, 'BackupConfiguration'), 'spec.target.ref.name')).toBe(full.claim.name)
    expect(manifestOf(full.app, 'PersistentVolumeClaim')).toEqual(manifestOf(bare.app, 'PersistentVolumeClaim'))
  })

  test('the objects of a policy carry our labels and those of the chart only', () => {
    const app = new App()
    const chart = new Chart(app, 'shop', { namespace: 'shop', labels: { team: 'shop' } })
    const repository = Repository.fromRepositoryName(chart, 'r', { name: 'central' })
    new VolumeBackup(chart, 'orders', {
      ...minimal(repository),
      metadata: { labels: { 'app.kubernetes.io/instance': 'argo' } },
    })
    const keys = new Set(
      manifestsOf(app)
        .filter(({ kind }) => kind !== 'BackupConfiguration')
        .flatMap(({ metadata }) => Object.keys(metadata.labels ?? {})),
    )
    expect([...keys].sort()).toEqual([
      'app.kubernetes.io/component',
      'app.kubernetes.io/managed-by',
      'holdfast.dev/configuration',
      'team',
    ])
  })

  test('the context replaces the image, a policy’s own image wins', () => {
    const app = new App()
    app.node.setContext(imageContext, 'mirror.example.com/holdfast:2')
    const chart = new Chart(app, 'shop', { namespace: 'shop' })
    const repository = Repository.fromRepositoryName(chart, 'r', { name: 'central' })
    new VolumeBackup(chart, 'a', minimal(repository, 'a'))
    new VolumeBackup(chart, 'b', { ...minimal(repository, 'b'), image: 'own:1' })
    const image = (name: string) =>
      at(manifestOf(app, 'CronJob', name), 'spec.jobTemplate.spec.template.spec.containers.0.image')
    expect([image('a-trigger'), image('b-trigger')]).toEqual(['mirror.example.com/holdfast:2', 'own:1'])
  })

  test('a paused policy suspends its CronJob', () => {
    const { app, chart, repository } = policyApp()
    new VolumeBackup(chart, 'orders', { ...minimal(repository), paused: true })
    expect(at(manifestOf(app, 'CronJob'), 'spec.suspend')).toBe(true)
  })

  test('a token is mounted in the trigger and nowhere else', () => {
    const { app, chart, repository } = policyApp()
    const backup = new VolumeBackup(chart, 'orders', minimal(repository))
    new VolumeRestore(chart, 'seed', { claim: 'orders-data', repository })
    const token = 'spec.jobTemplate.spec.template.spec.automountServiceAccountToken'
    expect(at(manifestOf(app, 'CronJob'), token)).toBe(true)
    expect(backup.jobTemplate?.spec.template.spec.automountServiceAccountToken).toBe(false)
    expect(manifestOf(app, 'ServiceAccount')).toMatchObject({ automountServiceAccountToken: false })
  })
})
