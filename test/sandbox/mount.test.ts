import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { LaunchMode } from '../../sandbox/index.js'
import { namespacesWork } from '../../sandbox/node/namespace-launcher.js'
import { configMaps, type Loose, secrets, shell, Trial } from './trial.js'

const data = [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }]
const at = (mountPath: string, more: Loose = {}): Loose => ({ volumeMounts: [{ name: 'd', mountPath, ...more }] })

const modes: LaunchMode[] = namespacesWork() ? ['namespaces', 'rewriting'] : ['rewriting']

for (const mode of modes) {
  describe(`a container in ${mode} mode`, () => {
    let trial: Trial
    beforeAll(async () => {
      trial = await Trial.start({ mode })
      await trial.claim('data')
    })
    afterAll(() => trial.stop())

    test('finds its claim at the mount path, and what it writes is in the claim', async () => {
      const script = 'echo kept > /holdfast-data/file; printf "at /holdfast-data/file" > /dev/termination-log'
      await trial.pod('writer', { volumes: data, containers: [shell(script, at('/holdfast-data'))] })
      const { status } = await trial.ended('writer')
      expect(status.phase).toBe('Succeeded')
      expect(status.containerStatuses[0].state.terminated.message).toBe('at /holdfast-data/file')
      expect(readFileSync(join(trial.sandbox.claimFolder('default', 'data'), 'file'), 'utf8')).toBe('kept\n')
    })

    test('finds files of Secrets, ConfigMaps and the downward API, and env that names a mount path', async () => {
      await trial.create(secrets, { metadata: { name: 's' }, stringData: { key: 'secret' } })
      await trial.create(configMaps, { metadata: { name: 'c' }, data: { key: 'config' } })
      const volumes = [
        { name: 's', secret: { secretName: 's', items: [{ key: 'key', path: 'deep/name', mode: 0o400 }] } },
        { name: 'c', configMap: { name: 'c' } },
        { name: 'f', downwardAPI: { items: [{ path: 'pod', fieldRef: { fieldPath: 'metadata.name' } }] } },
      ]
      const container = shell('cat "$DIR/deep/name" /conf/key /fields/pod', {
        env: [{ name: 'DIR', value: '/secret' }],
        volumeMounts: [
          { name: 's', mountPath: '/secret' },
          { name: 'c', mountPath: '/conf' },
          { name: 'f', mountPath: '/fields' },
        ],
      })
      await trial.pod('files', { volumes, containers: [container] })
      await trial.ended('files')
      expect(await trial.log('files')).toBe('secretconfigfiles')
    })

    test('sees a sub path alone', async () => {
      const container = shell('echo x > /sub/file', at('/sub', { subPath: 'inner/folder' }))
      await trial.pod('sub', { volumes: data, containers: [container] })
      expect((await trial.ended('sub')).status.phase).toBe('Succeeded')
      expect(existsSync(join(trial.sandbox.claimFolder('default', 'data'), 'inner/folder/file'))).toBe(true)
    })

    test('begins in its working folder', async () => {
      await trial.pod('work', {
        volumes: data,
        containers: [shell('echo y > here', { ...at('/w'), workingDir: '/w' })],
      })
      await trial.ended('work')
      expect(existsSync(join(trial.sandbox.claimFolder('default', 'data'), 'here'))).toBe(true)
    })

    test('sees a folder of the host', async () => {
      const folder = join(tmpdir(), `sandbox-host-${process.pid}-${mode}`)
      mkdirSync(folder)
      writeFileSync(join(folder, 'a'), 'from the host')
      await trial.pod('host', {
        volumes: [{ name: 'd', hostPath: { path: folder } }],
        containers: [shell('cat /h/a', at('/h'))],
      })
      await trial.ended('host')
      rmSync(folder, { recursive: true })
      expect(await trial.log('host')).toBe('from the host')
    })

    test('is ended with all it started when the sandbox stops', async () => {
      const other = await Trial.start({ mode })
      await other.pod('long', { containers: [shell('echo $PPID; sleep 4243')] })
      await other.until('/api/v1/namespaces/default/pods/long', pod => pod.status.phase === 'Running')
      const begun = Date.now()
      await other.stop()
      expect(Date.now() - begun).toBeLessThan(3000)
    })
  })
}

if (modes.includes('namespaces')) {
  describe('a container with namespaces of its own', () => {
    let trial: Trial
    beforeAll(async () => {
      trial = await Trial.start({ mode: 'namespaces' })
      await trial.claim('data')
    })
    afterAll(() => trial.stop())

    test('cannot write to what is mounted read-only', async () => {
      await trial.pod('ro', { volumes: data, containers: [shell('touch /d/x', at('/d', { readOnly: true }))] })
      expect((await trial.ended('ro')).status.containerStatuses[0].state.terminated.exitCode).toBe(1)
      expect(await trial.log('ro')).toContain('Read-only file system')
    })

    test('leaves no trace outside its volumes', async () => {
      const mark = `/etc/sandbox-mark-${process.pid}`
      await trial.pod('trace', { containers: [shell(`echo x > ${mark}; cat ${mark}`)] })
      await trial.ended('trace')
      expect(await trial.log('trace')).toBe('x\n')
      expect(existsSync(mark)).toBe(false)
    })

    test('cannot write anywhere else under readOnlyRootFilesystem', async () => {
      const sealed = { securityContext: { readOnlyRootFilesystem: true }, ...at('/d') }
      await trial.pod('sealed', { volumes: data, containers: [shell('touch /d/ok && ! touch /etc/x', sealed)] })
      expect((await trial.ended('sealed')).status.phase).toBe('Succeeded')
    })

    test('runs as the user and groups it is told to, and its claim belongs to the fsGroup', async () => {
      const securityContext = { runAsUser: 1234, runAsGroup: 2345, fsGroup: 3456, supplementalGroups: [4567] }
      const script = 'id -u; id -g; id -G; touch /d/mine; stat -c %g /d/mine'
      await trial.pod('who', { securityContext, volumes: data, containers: [shell(script, at('/d'))] })
      await trial.ended('who')
      expect(await trial.log('who')).toBe('1234\n2345\n2345 3456 4567\n3456\n')
      const root = statSync(trial.sandbox.claimFolder('default', 'data'))
      expect([root.gid, root.mode & 0o7777]).toEqual([3456, 0o2777])
    })

    test('as root without capabilities cannot read files of others, and with DAC_OVERRIDE it can', async () => {
      const script = 'cat /d/private'
      const owner = { securityContext: { runAsUser: 1000 } }
      await trial.pod('owner', {
        volumes: data,
        containers: [shell('umask 077; echo p > /d/private', { ...at('/d'), ...owner })],
      })
      await trial.ended('owner')
      const dropped = { drop: ['ALL'] }
      await trial.pod('weak', {
        volumes: data,
        containers: [shell(script, { ...at('/d'), securityContext: { capabilities: dropped } })],
      })
      expect((await trial.ended('weak')).status.phase).toBe('Failed')
      const strong = { capabilities: { ...dropped, add: ['DAC_OVERRIDE'] } }
      await trial.pod('strong', {
        volumes: data,
        containers: [shell(script, { ...at('/d'), securityContext: strong })],
      })
      await trial.ended('strong')
      expect(await trial.log('strong')).toBe('p\n')
    })

    test('is process 1 under the name of its pod', async () => {
      await trial.pod('first', { containers: [shell('echo $$$$; hostname')] })
      await trial.ended('first')
      expect(await trial.log('first')).toBe('1\nfirst\n')
    })

    test('has a token and its namespace where Kubernetes puts them, unless it refuses them', async () => {
      const folder = '/var/run/secrets/kubernetes.io/serviceaccount'
      await trial.pod('token', {
        containers: [shell(`cat ${folder}/namespace; test -s ${folder}/token && test -f "$KUBECONFIG"`)],
      })
      expect((await trial.ended('token')).status.phase).toBe('Succeeded')
      expect(await trial.log('token')).toBe('default')
      await trial.pod('none', {
        automountServiceAccountToken: false,
        containers: [shell(`ls ${folder}; echo "<$KUBECONFIG>"`)],
      })
      await trial.ended('none')
      expect(await trial.log('none')).toContain('<>')
    })
  })
}
