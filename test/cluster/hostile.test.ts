import { execFileSync, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { apiVersion } from '../../lib/api/group.js'
import { configuration, repository, restoreSession } from '../runtime/controller/observation.js'

const namespace = `hf-hostile-${process.pid}`
const tenant = `tenant-${process.pid}`
const kinds = ['repositories', 'backupconfigurations', 'backupsessions', 'restoresessions']

function kubectl(args: readonly string[], input = ''): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('kubectl', args, { input, encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}
const asTenant = (args: readonly string[], input?: string) => kubectl([`--as=${tenant}`, ...args], input)

function mayNot(verb: string, what: string, where = namespace): void {
  const [resource = '', part] = what.split('/')
  const subresource = part === undefined ? [] : [`--subresource=${part}`]
  const { said } = asTenant(['auth', 'can-i', verb, resource, ...subresource, '-n', where])
  expect(
    said
      .split('\n')
      .filter(line => /^(yes|no)\b/.test(line))
      .map(line => `${what}: ${line.slice(0, 2)}`),
  ).toEqual([`${what}: no`])
}

/** Creates as the tenant would, without leaving anything. */
function creates(kind: string, spec: object): string {
  const object = { apiVersion, kind, metadata: { name: 'tried', namespace }, spec }
  return asTenant(['create', '--dry-run=server', '-f', '-'], JSON.stringify(object)).said
}

beforeAll(() => {
  execFileSync('kubectl', ['create', 'namespace', namespace])
  const resources = kinds.map(kind => `${kind}.holdfast.dev`).join(',')
  const role = ['create', 'role', 'tenant', '-n', namespace, '--verb=get,list,watch,create,update,patch,delete']
  execFileSync('kubectl', [...role, `--resource=${resources}`])
  execFileSync('kubectl', ['create', 'rolebinding', 'tenant', '-n', namespace, '--role=tenant', `--user=${tenant}`])
})
afterAll(() => {
  execFileSync('kubectl', ['delete', 'namespace', namespace, '--wait=false'])
})

describe('a tenant who may create every namespaced kind of Holdfast', () => {
  test('reaches neither pods, Secrets nor a status by that', () => {
    for (const what of ['pods', 'jobs.batch', 'secrets', 'pods/exec', 'serviceaccounts/token']) mayNot('create', what)
    mayNot('get', 'secrets')
    for (const kind of kinds) mayNot('update', `${kind}.holdfast.dev/status`)
    for (const kind of ['functions', 'tasks']) mayNot('create', `${kind}.holdfast.dev`)
    for (const kind of kinds) mayNot('create', `${kind}.holdfast.dev`, 'default')
  })

  test('cannot make a session that has already succeeded', () => {
    const invoker = { apiGroup: 'holdfast.dev', kind: 'BackupConfiguration', name: 'data' }
    const object = { apiVersion, kind: 'BackupSession', metadata: { name: 'forged', namespace }, spec: { invoker } }
    const forged = JSON.stringify({ ...object, status: { phase: 'Succeeded', attempt: 1 } })
    const { said } = asTenant(['create', '--dry-run=server', '-o', 'json', '-f', '-'], forged)
    expect(JSON.parse(said)).not.toHaveProperty('status')
  })

  test('is refused paths that lead out, injected flags and a repository without a name', () => {
    const spec = { ...configuration().spec }
    const target = (more: object) => ({ ...spec, target: { ...spec.target, ...more } })
    const refused = [
      creates('BackupConfiguration', target({ paths: ['/holdfast-data/../etc'] })),
      creates('BackupConfiguration', target({ volumeMounts: [{ mountPath: '/data', subPath: '../..' }] })),
      creates('BackupConfiguration', target({ args: ['--password-command=id'] })),
      creates('BackupConfiguration', target({ alias: '--host' })),
      creates('RestoreSession', { ...restoreSession().spec, destination: '/holdfast-data/../x' }),
      creates('Repository', {
        backend: { ...repository().spec.backend, local: { hostPath: { path: '/', node: 'x' } } },
      }),
      creates('Repository', {
        backend: { s3: { endpoint: 'h', bucket: 'b', prefix: '../other' }, storageSecretName: 'keys' },
      }),
    ]
    for (const said of refused) expect(said).toMatch(/is invalid/)
    expect(creates('BackupConfiguration', spec)).toMatch(/created/)
  })

  test('gets no unknown field past the API server, such as a privileged container', () => {
    const spec = { ...configuration().spec, runtimeSettings: { container: { securityContext: { privileged: true } } } }
    expect(creates('BackupConfiguration', spec)).toMatch(/unknown field|strict decoding/)
  })
})
