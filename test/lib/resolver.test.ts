import { describe, expect, test } from '@jest/globals'
import { type Resolution, resolve } from '../../lib/resolver.js'
import type { TaskSource } from '../../lib/task-source.js'
import type { AnySubject } from '../../lib/variables.js'
import { runtimeSettings } from '../leaves/runtime-fixture.js'
import { builtIn } from '../runtime/controller/observation.js'
import { backupSubject, restoreSubject } from './subject.js'

const secret = { storageSecretName: 'store-keys' }
const backup = builtIn('pvc-backup')
const dump: TaskSource = {
  name: 'dump',
  spec: {
    steps: [
      { name: 'dump', params: [{ name: 'level', value: 'of ${TARGET_NAME}' }] },
      {
        name: 'update-status',
        params: [
          { name: 'outputDir', value: '/out' },
          { name: 'secretVolume', value: 'keys' },
        ],
      },
    ],
    volumes: [{ name: 'keys', secret: { secretName: '${REPOSITORY_SECRET_NAME}' } }],
  },
  functions: {
    ...backup.functions,
    dump: {
      image: 'dump:1',
      command: ['dump', '--session=${BACKUP_SESSION}', '--level=${level}', '--limit=${limit:=none}'],
      env: [{ name: 'COST', value: '$5 for ${TARGET_NAME}' }],
      volumeMounts: [{ name: 'keys', mountPath: '/keys' }],
      kubernetesAccess: { serviceAccountName: 'dumper' },
    },
  },
}

function template(result: Resolution) {
  if (!result.ok) throw new Error(result.problems.map(each => `${each.path}: ${each.message}`).join('\n'))
  return result.template
}
const pod = (subject: AnySubject, task: TaskSource = backup) => template(resolve(subject, task)).spec.template.spec
const containers = (subject: AnySubject, task?: TaskSource) => {
  const { initContainers, containers } = pod(subject, task)
  return [...initContainers, ...containers]
}

describe('the whole template', () => {
  test.each<[string, AnySubject, TaskSource]>([
    ['of a backup to S3', backupSubject(), backup],
    [
      'of a backup to a claim',
      backupSubject(
        {},
        { backend: { local: { persistentVolumeClaim: { claimName: 'store' }, subPath: 'shop' }, ...secret } },
      ),
      backup,
    ],
    [
      'of a backup to a rest-server',
      backupSubject({}, { backend: { rest: { url: 'https://rest.test' }, ...secret } }),
      backup,
    ],
    [
      'of a backup to NFS',
      backupSubject({}, { backend: { local: { nfs: { server: 'nfs.test', path: '/exports' } }, ...secret } }),
      backup,
    ],
    [
      'of a backup to a folder of a node',
      backupSubject({}, { backend: { local: { hostPath: { path: '/srv', node: 'one' } }, ...secret } }),
      backup,
    ],
    ['of a restore', restoreSubject({ destination: '/holdfast-data/old', overwrite: 'Merge' }), builtIn('pvc-restore')],
    ['of a Task with access to the Kubernetes API', backupSubject({ task: { name: 'dump' } }), dump],
    ['of a backup with every setting', backupSubject({ runtimeSettings }), backup],
    [
      'of a restore that writes any file, with hooks and an interim volume',
      restoreSubject({
        privileges: 'read-any-file',
        interimVolumeTemplate: { spec: {} },
        hooks: { preRestore: { exec: { command: ['stop', '$(NOW)'] } }, postRestore: { tcpSocket: { port: 80 } } },
      }),
      builtIn('pvc-restore'),
    ],
    [
      'of a backup with hooks in the image of a step',
      backupSubject({
        task: { name: 'dump' },
        hooks: { preBackup: { exec: { command: ['lock'] }, containerName: 'dump' } },
      }),
      dump,
    ],
  ])('%s', (_what, subject, task) => {
    expect(template(resolve(subject, task))).toMatchSnapshot()
  })
})

describe('a resolved pod', () => {
  test('mounts the target read-only for a backup', () => {
    const claim = pod(backupSubject()).volumes.find(each => each.name === 'target-volume')
    expect(claim?.persistentVolumeClaim).toEqual({ claimName: 'data', readOnly: true })
    expect(containers(backupSubject())[0]?.volumeMounts?.[0]?.readOnly).toBe(true)
  })

  test('gives a Kubernetes token to the one container that asked for it, and to no hook', () => {
    const hook = { exec: { command: ['lock'] } }
    for (const containerName of [undefined, 'dump']) {
      const named = containerName === undefined ? hook : { ...hook, containerName }
      const subject = backupSubject({ task: { name: 'dump' }, hooks: { preBackup: named, postBackup: named } })
      const holders = containers(subject, dump).filter(each =>
        each.volumeMounts?.some(mount => mount.name === 'holdfast-kubernetes-access'),
      )
      expect(holders.map(each => each.name)).toEqual(['dump-0'])
    }
  })

  test('shows the repository’s Secret to no hook in Holdfast’s image', () => {
    const hooks = { preBackup: { exec: { command: ['lock'] } }, postBackup: { exec: { command: ['unlock'] } } }
    const own = containers(backupSubject({ hooks })).filter(each => each.name.endsWith('-task-hook'))
    expect(own).toHaveLength(2)
    for (const each of own) expect(JSON.stringify(each)).not.toContain('secret')
  })

  test('never carries a credential, only the name of the Secret', () => {
    expect(JSON.stringify(pod(backupSubject()))).not.toMatch(/RESTIC_PASSWORD|AWS_/)
  })

  test('ends before its Job does, so that its last words are kept', () => {
    const { spec } = template(resolve(backupSubject({ timeOut: '1h', startDeadline: '5m' }), backup))
    expect(spec.template.spec.activeDeadlineSeconds).toBe(3600)
    expect(spec.activeDeadlineSeconds).toBe(3600 + 300 + 60)
  })

  test('shares 12 288 bytes of termination messages between its containers', () => {
    const budget = (subject: AnySubject) => containers(subject).map(each => Number(each.env?.[0]?.value))
    expect(budget(backupSubject())).toEqual([2457, 2457])
    const hooks = { preBackup: { tcpSocket: { port: 80 } }, postBackup: { tcpSocket: { port: 80 } } }
    expect(budget(backupSubject({ hooks }))).toEqual([1755, 1755, 1755, 1755])
  })
})

describe('what does not resolve', () => {
  const problems = (subject: AnySubject, task: TaskSource) => {
    const result = resolve(subject, task)
    return result.ok ? [] : result.problems.map(({ code, object, path }) => `${code} ${object} ${path}`)
  }

  test('is reported all at once, each problem where it is', () => {
    const broken: TaskSource = {
      name: 'broken',
      spec: {
        steps: [{ name: 'gone' }, { name: 'one', params: [{ name: 'NAMESPACE', value: 'x' }] }, { name: 'two' }],
        volumes: [{ name: 'v', persistentVolumeClaim: { claimName: '${CLAIM}' } }],
      },
      functions: {
        one: { image: '${IMAGE}', args: ['${'], kubernetesAccess: { serviceAccountName: 'a' } },
        two: { image: 'x', workingDir: '/${SESSION_UID}', kubernetesAccess: { serviceAccountName: 'b' } },
      },
    }
    const subject = backupSubject({ task: { name: 'broken', params: [{ name: 'HOSTNAME', value: 'x' }] } })
    expect(problems(subject, broken)).toEqual([
      'HF2003 BackupConfiguration shop/data spec.task.params[0].name',
      'HF2002 Task broken spec.volumes[0].persistentVolumeClaim.claimName',
      'HF2001 Task broken spec.steps[0].name',
      'HF2003 Task broken spec.steps[1].params[0].name',
      'HF2002 Function one spec.image',
      'HF2005 Function one spec.args[0]',
      'HF2004 Function two spec.workingDir',
      'HF2006 Task broken spec.steps',
    ])
  })

  test.each<[string, AnySubject, string]>([
    [
      'a hook in the image of no step',
      backupSubject({ hooks: { preBackup: { exec: { command: ['x'] }, containerName: 'nobody' } } }),
      'HF2007 BackupConfiguration shop/data spec.hooks.preBackup.containerName',
    ],
    [
      'a restore beside the mount path',
      restoreSubject({ destination: '/etc' }),
      'HF1006 RestoreSession shop/back spec.destination',
    ],
    [
      'a restore without a rule for its host',
      restoreSubject({
        target: {
          ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data' },
          rules: [{ targetHosts: ['other'], snapshots: ['latest'] }],
        },
      }),
      'HF1003 RestoreSession shop/back spec.target.rules',
    ],
    [
      'a Repository of another namespace without a Secret of this one',
      { ...backupSubject(), repository: { ...backupSubject().repository, namespace: 'vault' } },
      'HF3004 BackupConfiguration shop/data spec.repository.secretName',
    ],
  ])('%s is refused', (_what, subject, expected) => {
    expect(problems(subject, builtIn(subject.kind === 'RestoreSession' ? 'pvc-restore' : 'pvc-backup'))).toEqual([
      expected,
    ])
  })
})
