import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { KubeClient } from '../../../runtime/kube/client.js'
import { inClusterEndpoint, isInCluster } from '../../../runtime/kube/in-cluster.js'
import { PODS } from '../../../runtime/kube/resource.js'
import { ManualClock } from '../manual-clock.js'
import { ScriptedServer, sendJson } from '../scripted-server.js'
import { pod } from './pod-fixture.js'

let folder: string
let server: ScriptedServer
let env: Record<string, string>

/** A self-signed certificate for 127.0.0.1, as a cluster's own authority would issue. */
function certificate(name: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
  const files = ['-keyout', key, '-out', cert, '-days', '1', '-subj', `/CN=${name}`]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync('openssl', ['req', ...kind, ...files, '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-in-cluster-'))
  const tls = certificate('ca')
  writeFileSync(join(folder, 'token'), 'first\n')
  writeFileSync(join(folder, 'namespace'), 'holdfast-system')
  server = await ScriptedServer.start(response => sendJson(response, 200, pod('web', 1)), tls)
  env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(server.port) }
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const lastToken = () => server.requests.at(-1)?.headers.authorization

describe('a cluster seen from a pod', () => {
  test('it is found by its environment and the token file', () => {
    expect([isInCluster(env, folder), isInCluster({}, folder), isInCluster(env, join(folder, 'no'))]).toEqual([
      true,
      false,
      false,
    ])
    expect(inClusterEndpoint(env, folder).namespace).toBe('holdfast-system')
    expect(inClusterEndpoint({ KUBERNETES_SERVICE_HOST: 'fd00::1' }, folder).server).toBe('https://[fd00::1]:443')
  })

  test('TLS is verified against the mounted authority; a rotated token is used after a minute', async () => {
    const clock = new ManualClock()
    const client = new KubeClient(inClusterEndpoint(env, folder, clock))
    await client.get(PODS, 'web', 'demo')
    expect(lastToken()).toBe('Bearer first')
    writeFileSync(join(folder, 'token'), 'second')
    await client.get(PODS, 'web', 'demo')
    expect(lastToken()).toBe('Bearer first')
    await clock.advance(60_000)
    await client.get(PODS, 'web', 'demo')
    expect(lastToken()).toBe('Bearer second')
    client.close()
  })

  test('while the token file cannot be read the old token stays in use, with a warning', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const clock = new ManualClock()
    const client = new KubeClient(inClusterEndpoint(env, folder, clock))
    writeFileSync(join(folder, 'token'), 'kept')
    await client.get(PODS, 'web', 'demo')
    writeFileSync(join(folder, 'token'), '')
    await clock.advance(60_000)
    await client.get(PODS, 'web', 'demo')
    expect(lastToken()).toBe('Bearer kept')
    expect(String(warn.mock.calls[0]?.[0])).toContain('token is empty')
    warn.mockRestore()
    client.close()
  })

  test('a server whose certificate another authority signed is refused', async () => {
    const other = mkdtempSync(join(tmpdir(), 'holdfast-other-ca-'))
    writeFileSync(join(other, 'token'), 'first')
    writeFileSync(join(other, 'ca.crt'), certificate('other').cert)
    const client = new KubeClient(inClusterEndpoint(env, other))
    await expect(client.get(PODS, 'web', 'demo')).rejects.toThrow(/self.signed|certificate/)
    client.close()
    rmSync(other, { recursive: true })
  })
})
