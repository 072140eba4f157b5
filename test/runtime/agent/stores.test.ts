import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AgentLab, backupFlags, password, restoreFlags, statusFlags } from './agent-lab.js'

const restPassword = 'rest-server-password'
let lab: AgentLab
let server: ChildProcess
let url: string

beforeAll(async () => {
  lab = new AgentLab()
  lab.write({ 'data/a.txt': 'alpha' })
  const port = await freePort()
  url = `http://127.0.0.1:${port}/team/`
  const hash = createHash('sha1').update(restPassword).digest('base64')
  lab.write({ 'rest/.htpasswd': `team:{SHA}${hash}\n` })
  const path = `${join(process.cwd(), '.tools/bin')}${delimiter}${process.env['PATH'] ?? ''}`
  const args = [`--path=${lab.path('rest')}`, `--listen=127.0.0.1:${port}`, '--private-repos']
  server = spawn('rest-server', args, { env: { PATH: path }, stdio: 'ignore' })
  while (!(await answers(url))) await new Promise(wake => setTimeout(wake, 50))
})
afterAll(() => {
  server.kill()
  lab.close()
})

describe('a rest-server with users', () => {
  test('is made, filled, confirmed and restored from, and its password shows nowhere', async () => {
    const keys = { RESTIC_PASSWORD: password, REST_SERVER_USERNAME: 'team', REST_SERVER_PASSWORD: restPassword }
    const pod = { ...lab.pod('none', { provider: 'rest', 'secret-dir': lab.secret(keys) }), repository: `rest:${url}` }
    const backup = await lab.run('pvc-backup', backupFlags(pod, lab.path('data'), { 'may-initialize': 'true' }))
    expect(backup.report).toMatchObject({ outcome: 'Succeeded', repository: { initialized: true } })
    const status = await lab.run('update-status', statusFlags(pod))
    expect(status.report).toMatchObject({ outcome: 'Succeeded', confirmed: true, repository: { format: 2 } })
    mkdirSync(lab.path('target'))
    const restore = await lab.run('pvc-restore', restoreFlags(pod, lab.path('target')))
    expect(restore.report).toMatchObject({ outcome: 'Succeeded', restored: [{ bytes: 5 }] })
    for (const { output, message, commandLines } of [backup, status, restore]) {
      for (const text of [output, message, ...commandLines]) expect(text).not.toContain(restPassword)
    }
  })
})

function freePort(): Promise<number> {
  const probe = createServer()
  return new Promise(resolve => {
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).status === 401
  } catch {
    return false
  }
}
