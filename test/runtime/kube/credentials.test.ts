import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { KubeClient } from '../../../runtime/kube/client.js'
import { loadEndpoint } from '../../../runtime/kube/credentials.js'
import { PODS } from '../../../runtime/kube/resource.js'
import { refuse, ScriptedServer, sendJson } from '../scripted-server.js'
import { pod } from './pod-fixture.js'

let folder: string
let file: string
let server: ScriptedServer
let client: KubeClient | undefined
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-kubeconfig-'))
  file = join(folder, 'config')
  server = await ScriptedServer.start(response => sendJson(response, 200, pod('web', 1)))
})
afterEach(async () => {
  client?.close()
  client = undefined
  await server.close()
  rmSync(folder, { recursive: true })
})

function writeKubeconfig(user: Record<string, unknown>) {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'main',
    clusters: [{ name: 'c', cluster: { server: `${server.url}/prefix/` } }],
    users: [{ name: 'u', user }],
    contexts: [
      { name: 'main', context: { cluster: 'c', user: 'u', namespace: 'demo' } },
      { name: 'broken', context: { cluster: 'missing', user: 'u' } },
    ],
  }
  writeFileSync(file, stringify(config))
}

async function getWithKubeconfig() {
  client ??= new KubeClient(await loadEndpoint({ kubeconfig: file }))
  return client.get(PODS, 'web', 'demo')
}

describe('a cluster from a kubeconfig', () => {
  test('a plain http server works, below its path, with the token of the user', async () => {
    writeKubeconfig({ token: 'first' })
    await getWithKubeconfig()
    expect(server.requests[0]?.path).toBe('/prefix/api/v1/namespaces/demo/pods/web')
    expect(server.requests[0]?.headers.authorization).toBe('Bearer first')
    expect((await loadEndpoint({ kubeconfig: file })).namespace).toBe('demo')
  })

  test('a user name and password become basic authentication', async () => {
    writeKubeconfig({ username: 'me', password: 'pass' })
    await getWithKubeconfig()
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:pass').toString('base64')}`)
  })

  test('after a 401 the file is read again and the call repeated, once', async () => {
    writeKubeconfig({ token: 'first' })
    server.answer = (response, request) => {
      if (request.headers.authorization === 'Bearer second') sendJson(response, 200, pod('web', 1))
      else refuse(response, 401, 'Unauthorized')
    }
    await expect(getWithKubeconfig()).rejects.toMatchObject({ status: 401 })
    expect(server.requests).toHaveLength(2)
    writeKubeconfig({ token: 'second' })
    expect((await getWithKubeconfig()).metadata.name).toBe('web')
  })

  test('a context without its cluster is named, with the ones that exist', async () => {
    writeKubeconfig({ token: 'first' })
    await expect(loadEndpoint({ kubeconfig: file, context: 'broken' })).rejects.toThrow(
      'no cluster for the context "broken"; known contexts: main, broken',
    )
  })
})
