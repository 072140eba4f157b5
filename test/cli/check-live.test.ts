import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { Terminal } from '../../cli/display/terminal.js'
import { program } from '../../cli/program.js'
import { definitions } from '../../cli/trial/cast.js'
import { resourceOf } from '../../cli/trial/resources.js'
import { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { Sandbox } from '../../sandbox/index.js'
import { beside, claimYaml } from '../constructs/manifests/manifest-folder.js'
import { policy, repository } from '../lib/coverage/fleet-objects.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-live-'))
const before = process.env['KUBECONFIG']
let sandbox: Sandbox
let client: KubeClient

const create = (object: unknown) => client.create(resourceOf(object as KubeObject), object as KubeObject)

function liveClaim(name: string, metadata: object = {}): object {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'shop', ...metadata }, spec }
}

/** What a live check of these files prints as JSON, a line for each finding. */
async function found(files: Readonly<Record<string, string>>): Promise<string[]> {
  let text = ''
  const terminal = new Terminal({ write: (part: string) => (text += part) }, {})
  const command = program(terminal, new AbortController().signal)
  await beside(files, async git => {
    await command
      .parseAsync(['check', git, '--live', '-n', 'shop', '-o', 'json'], { from: 'user' })
      .catch(() => undefined)
  })
  const findings = JSON.parse(text) as { severity: string; code: string; object: string; source: string }[]
  return findings.map(
    ({ severity, code, object, source }) => `${severity} ${code} ${object} ${source.replace(/.*\//, '')}`,
  )
}

beforeAll(async () => {
  sandbox = await Sandbox.start({ stateFolder: folder, images: {} })
  process.env['KUBECONFIG'] = sandbox.kubeconfigPath
  client = new KubeClient({
    server: sandbox.url,
    namespace: 'shop',
    credentials: async () => ({ headers: {}, tls: {} }),
  })
  await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
}, 60_000)
afterAll(async () => {
  if (before === undefined) delete process.env['KUBECONFIG']
  else process.env['KUBECONFIG'] = before
  client.close()
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('holdfast check --live', () => {
  test('judges claims of a cluster that has no Holdfast, and notes what git has and the cluster has not', async () => {
    await create(liveClaim('forgotten'))
    await create(liveClaim('both'))
    expect(await found({ 'a.yaml': `${claimYaml('both')}---\n${claimYaml('planned')}` })).toEqual([
      'error HF5101 PersistentVolumeClaim shop/both a.yaml:1:1',
      'error HF5101 PersistentVolumeClaim shop/planned a.yaml:7:1',
      'note HF5108 PersistentVolumeClaim shop/planned a.yaml:7:1',
      'error HF5101 PersistentVolumeClaim shop/forgotten in the cluster',
    ])
  }, 30_000)

  test('counts the policies of the cluster, its exemptions, and no claim that ends with its pod', async () => {
    for (const definition of definitions()) await create(definition)
    await create(repository())
    await create(policy('forgotten'))
    const annotations = { 'holdfast.dev/exempt': 'a cache', 'holdfast.dev/exempt-until': '2999-12-31' }
    await create(liveClaim('cache', { annotations }))
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '00000000-0000-0000-0000-000000000001' }
    await create(liveClaim('scratch', { ownerReferences: [owner] }))
    expect(await found({ 'a.yaml': claimYaml('both') })).toEqual([
      'error HF5101 PersistentVolumeClaim shop/both a.yaml:1:1',
    ])
  }, 30_000)

  test('does not count a policy that somebody paused in the cluster, whatever git says', async () => {
    await create(liveClaim('stopped'))
    await create(policy('stopped', { spec: { paused: true } }))
    const git = [policy('stopped'), repository()].map(object => stringify(object)).join('---\n')
    expect(await found({ 'a.yaml': `${claimYaml('both')}---\n${claimYaml('stopped')}---\n${git}` })).toEqual([
      'error HF5101 PersistentVolumeClaim shop/both a.yaml:1:1',
      'error HF5101 PersistentVolumeClaim shop/stopped a.yaml:7:1',
      'note HF5111 BackupConfiguration shop/stopped a.yaml:13:1',
    ])
  }, 30_000)
})
