import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AgentLab, backupFlags } from './agent-lab.js'

let lab: AgentLab
beforeAll(() => {
  lab = new AgentLab()
  lab.write({ 'data/a.txt': 'alpha' })
})
afterAll(() => lab.close())
const backup = (pod: Parameters<typeof backupFlags>[0]) => lab.run('pvc-backup', backupFlags(pod, lab.path('data')))

describe('a backup tells its repository’s troubles apart', () => {
  test('a Secret that is not there, and one that lacks a key', async () => {
    const empty = lab.path('empty-secret')
    mkdirSync(empty)
    expect((await backup(lab.pod('any', { 'secret-dir': empty }))).report?.reason).toBe('SecretMissing')
    const absent = await backup(lab.pod('any', { 'secret-dir': lab.path('no-such') }))
    expect(absent.report?.reason).toBe('SecretMissing')
    const partial = lab.secret({ RESTIC_PASSWORD: 'x', AWS_ACCESS_KEY_ID: 'id' })
    const lacking = await backup(lab.pod('any', { provider: 's3', 'secret-dir': partial }))
    expect(lacking.report).toMatchObject({ outcome: 'Failed', reason: 'SecretKeyMissing' })
    expect(lacking.report?.message).toContain('AWS_SECRET_ACCESS_KEY')
  })

  test('a wrong password', async () => {
    lab.repository('locked-out')
    const { report, message } = await backup(
      lab.pod('locked-out', { 'secret-dir': lab.secret({ RESTIC_PASSWORD: 'not-the-password' }) }),
    )
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'WrongPassword' })
    expect(message).not.toContain('not-the-password')
  })

  test('a repository that was there and is gone: it is never made anew', async () => {
    const pod = lab.pod('gone', { 'repository-id': 'a'.repeat(64), 'may-initialize': 'true' })
    expect((await backup(pod)).report).toMatchObject({ outcome: 'Failed', reason: 'RepositoryVanished' })
  })

  test('another repository in the known one’s place', async () => {
    lab.repository('replaced')
    const { report } = await backup(lab.pod('replaced', { 'repository-id': 'b'.repeat(64) }))
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'RepositoryReplaced' })
    expect(report?.message).toContain('bbbbbbbb')
  })

  test('a store that nobody answers for, within the patience it was given', async () => {
    const secret = lab.secret({ RESTIC_PASSWORD: 'x', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'a-secret-key' })
    const { report } = await backup({
      ...lab.pod('any', { provider: 's3', 'secret-dir': secret, 'open-patience': '1' }),
      repository: 's3:http://127.0.0.1:9/bucket',
    })
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'BackendUnreachable' })
    expect(report?.message).toContain('connection refused')
  })

  test('a store that refuses the credentials, at once', async () => {
    const server = await refusingStore()
    const secret = lab.secret({
      RESTIC_PASSWORD: 'x',
      REST_SERVER_USERNAME: 'me',
      REST_SERVER_PASSWORD: 'rest-password',
    })
    const { report, output } = await backup({
      ...lab.pod('any', { provider: 'rest', 'secret-dir': secret, 'may-initialize': 'true' }),
      repository: `rest:http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    }).finally(() => server.close())
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'BackendDenied' })
    expect(output).not.toContain('rest-password')
  })

  test('a lock that another process holds', async () => {
    lab.repository('busy')
    const release = await lab.holdExclusively('busy')
    const { report } = await backup(lab.pod('busy', { 'retry-lock': '1s' })).finally(release)
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'RepositoryLocked' })
  })
})

function refusingStore(): Promise<Server> {
  const server = createServer((_request, response) => response.writeHead(401).end())
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)))
}
