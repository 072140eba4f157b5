import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AgentLab, backupFlags } from './agent-lab.js'

let lab: AgentLab
beforeAll(() => {
  lab = new AgentLab()
})
afterAll(() => lab.close())

describe('a step that is told to stop', () => {
  test('leaves an Interrupted report and no lock in the repository', async () => {
    lab.repository('stopped')
    lab.write({ 'big/file': '' })
    writeFileSync(lab.path('big/file'), randomBytes(40_000_000))
    const flags = backupFlags(lab.pod('stopped'), lab.path('big'), { args: ['--limit-upload=4000'] })
    const running = lab.run('pvc-backup', flags, {
      onOutput: (text, stop) => {
        if (text.includes('backing up')) untilLocked('stopped').then(stop)
      },
    })
    const { report, code } = await running
    expect(code).toBe(0)
    expect(report).toMatchObject({ step: 'pvc-backup', outcome: 'Interrupted', reason: 'Interrupted' })
    expect(readdirSync(lab.path('stopped', 'locks'))).toEqual([])
    expect(lab.snapshots('stopped')).toEqual([])
  })

  test('does not store again what an earlier run of the same attempt stored', async () => {
    lab.repository('twice')
    lab.write({ 'pair/one/1': '1', 'pair/two/2': '2' })
    const pod = lab.pod('twice')
    const paths = [lab.path('pair/one'), lab.path('pair/two')]
    const first = await lab.run('pvc-backup', backupFlags(pod, lab.path('pair'), { paths }))
    const ledger = join(String(pod['output-dir']), 'pvc-backup.ledger')
    const written = JSON.parse(readFileSync(ledger, 'utf8')) as { stored: unknown[] }
    writeFileSync(ledger, JSON.stringify({ ...written, stored: written.stored.slice(0, 1) }))
    rmSync(join(String(pod['output-dir']), 'pvc-backup.json'))
    const second = await lab.run('pvc-backup', backupFlags(pod, lab.path('pair'), { paths }))
    expect(second.report?.outcome).toBe('Succeeded')
    expect(second.report?.snapshots?.[0]?.id).toBe(first.report?.snapshots?.[0]?.id)
    expect(second.report?.snapshots?.[1]?.id).not.toBe(first.report?.snapshots?.[1]?.id)
    expect(lab.snapshots('twice')).toHaveLength(3)
  })
})

async function untilLocked(repository: string): Promise<void> {
  while (readdirSync(lab.path(repository, 'locks')).length === 0) await new Promise(wake => setTimeout(wake, 20))
  // Long enough for the first bytes to be on their way.
  await new Promise(wake => setTimeout(wake, 500))
}
