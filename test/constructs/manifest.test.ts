import { describe, expect, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import {
  Function as BackupFunction,
  Holdfast,
  Repository,
  Task,
  VolumeBackup,
  VolumeRestore,
  type VolumeRestoreProps,
} from '../../constructs/index.js'
import { at, manifestOf, manifestsOf, minimal, policyApp } from './policy-app.js'

describe('the manifests', () => {
  test('a first policy is a Repository, a BackupConfiguration and its trigger', () => {
    const { app, chart, repository } = policyApp()
    new VolumeBackup(chart, 'orders', minimal(repository))
    expect(app.synthYaml()).toMatchSnapshot()
  })

  test('a policy that says everything says it in the configuration', () => {
    const { app, chart, repository } = policyApp()
    new VolumeBackup(chart, 'orders', {
      ...minimal(repository),
      metadata: { name: 'orders-nightly', namespace: 'tills', labels: { team: 'shop' }, annotations: { note: 'x' } },
      repositorySecretName: 'own-keys',
      alias: 'orders',
      mountPath: '/data',
      subPath: 'db',
      paths: ['/data/a', '/data/b'],
      exclude: ['*.tmp'],
      args: ['--one-file-system'],
      recoveryPointObjective: '26h',
      startingDeadline: '2h',
      paused: true,
      backupHistoryLimit: 9,
      timeOut: '6h',
      startDeadline: '5m',
      retryConfig: { maxRetry: 2 },
      partialPolicy: 'Accept',
      emptySourcePolicy: 'Accept',
      privileges: 'read-any-file',
      hooks: { preBackup: { httpPost: { host: 'orders', port: 80, path: '/freeze' } } },
      runtimeSettings: { container: { resources: { limits: { memory: '2Gi' } } } },
      tempDir: { medium: 'Memory', sizeLimit: '1Gi' },
      image: 'registry.example.com/holdfast:1',
      trigger: { serviceAccountName: 'orders', resources: { requests: { cpu: '5m' } } },
    })
    // The Repository is of another namespace, and must say that it may be used there.
    repository.spec.usagePolicy = { allowedNamespaces: { from: 'All' } }
    expect(app.synthYaml()).toMatchSnapshot()
  })

  test('a restore is one session with a digest in its name', () => {
    const { app, chart, repository } = policyApp()
    new VolumeRestore(chart, 'orders-seed', { claim: 'orders-data', repository })
    expect(manifestOf(app, 'RestoreSession')).toMatchSnapshot()
  })

  test('Functions and Tasks have no namespace, and Flux leaves their texts alone', () => {
    const { app, chart } = policyApp()
    const freeze = new BackupFunction(chart, 'freeze', { image: 'busybox:1', args: ['freeze', '${TARGET_NAME}'] })
    new Task(chart, 'frozen-backup', { steps: [{ function: freeze, params: { reason: 'backup' } }] })
    expect([manifestOf(app, 'Function'), manifestOf(app, 'Task')]).toMatchSnapshot()
  })
})

describe('the control plane', () => {
  function system(props: ConstructorParameters<typeof Holdfast>[2] = {}): App {
    const app = new App()
    new Holdfast(new Chart(app, 'system'), 'holdfast', props)
    return app
  }

  test('is what it was, less the definitions', () => {
    expect(system({ crds: false }).synthYaml()).toMatchSnapshot()
  })

  test('brings the six definitions, which GitOps tools never delete', () => {
    const definitions = manifestsOf(system()).filter(object => object.kind === 'CustomResourceDefinition')
    expect(definitions.map(object => object.metadata.name)).toEqual([
      'repositories.holdfast.dev',
      'backupconfigurations.holdfast.dev',
      'backupsessions.holdfast.dev',
      'restoresessions.holdfast.dev',
      'functions.holdfast.dev',
      'tasks.holdfast.dev',
    ])
    for (const { metadata } of definitions) {
      expect(metadata.annotations?.['kustomize.toolkit.fluxcd.io/prune']).toBe('disabled')
      expect(metadata.annotations?.['argocd.argoproj.io/sync-options']).toBe('Delete=false,Prune=false')
    }
  })

  test('never reads a Secret', () => {
    const roles = manifestsOf(system()).filter(object => /Role$/.test(object.kind))
    expect(JSON.stringify(roles)).not.toContain('secrets')
  })

  test('uses a Pushgateway that is there, and then brings none', () => {
    const app = system({ pushgateway: { url: 'http://pushgateway.monitoring:9091' } })
    const deployment = manifestOf(app, 'Deployment')
    const args = at<string[]>(deployment, 'spec.template.spec.containers.0.args')
    expect(args).toContain('--pushgateway-url=http://pushgateway.monitoring:9091')
    expect(manifestsOf(app).map(object => object.kind)).not.toContain('PersistentVolumeClaim')
  })

  test('gives Node half of the memory limit as heap', () => {
    const app = system({ resources: { limits: { memory: '512Mi' } } })
    const command = at<unknown[]>(
      manifestOf(app, 'Deployment', 'holdfast-controller'),
      'spec.template.spec.containers.0.command',
    )
    expect(command).toContain('--max-old-space-size=256')
  })

  test('says what is wrong with its settings', () => {
    expect(() => system({ replicas: -1, pushgateway: { url: 'ftp://x' }, namespace: 'Not_Valid' }).synthYaml()).toThrow(
      /HF1004 .*namespace[\s\S]*replicas: got -1[\s\S]*pushgateway\.url: got "ftp:\/\/x"/,
    )
  })
})

test('a chart with a namespace gives none to objects of the whole cluster', () => {
  const app = new App()
  new Holdfast(new Chart(app, 'system', { namespace: 'elsewhere' }), 'holdfast')
  const whole =
    /^(CustomResourceDefinition|Namespace|ClusterRole|ClusterRoleBinding|Function|Task|ValidatingAdmissionPolicy|ValidatingAdmissionPolicyBinding)$/
  for (const { kind, metadata } of manifestsOf(app)) {
    expect([kind, metadata.namespace]).toEqual([kind, whole.test(kind) ? undefined : 'holdfast-system'])
  }
})

describe('the name of a restore', () => {
  const name = (props: Partial<VolumeRestoreProps>) => {
    const { chart, repository } = policyApp()
    return new VolumeRestore(chart, 'seed', { claim: 'orders-data', repository, ...props }).name
  }

  test('is a new one for an edited restore, and the same for an unchanged one', () => {
    expect(name({})).toBe(name({ overwrite: 'IfEmpty' }))
    expect(name({ timeOut: '1h' })).not.toBe(name({}))
    expect(name({})).toBe('seed-7050f3cd')
  })

  const acknowledge = 'restores-again-on-recreation'
  test.each(['Merge', 'Replace'] as const)(
    'with %s stands for what is restored and where to, and for nothing else',
    overwrite => {
      const over = (props: Partial<VolumeRestoreProps> = {}) => name({ overwrite, acknowledge, ...props })
      const limits = { timeOut: '1h', startDeadline: '1h', tempDir: { sizeLimit: '1Gi' } }
      const pod = { privileges: 'read-any-file', runtimeSettings: { pod: { nodeName: 'one' } } } as const
      const hooks = { preRestore: { exec: { command: ['sync'] } } }
      expect(over({ ...limits, ...pod, hooks, repositorySecretName: 'keys' })).toBe(over())
      const others: Partial<VolumeRestoreProps>[] = [
        { claim: 'other' },
        { mountPath: '/data' },
        { subPath: 'www' },
        { alias: 'other' },
        { destination: '/holdfast-data/www' },
        { rules: [{ snapshots: ['0123abcd'] }] },
        { overwrite: overwrite === 'Merge' ? 'Replace' : 'Merge' },
        { repository: Repository.fromRepositoryName(policyApp().chart, 'other', { name: 'other', namespace: 'shop' }) },
        { repository: Repository.fromRepositoryName(policyApp().chart, 'far', { name: 'store', namespace: 'far' }) },
      ]
      expect(new Set([over(), ...others.map(over)]).size).toBe(others.length + 1)
    },
  )
})
