import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { StepReport } from '../../../lib/report.js'
import { AgentLab, backupFlags, statusFlags } from './agent-lab.js'

type Pod = Parameters<typeof statusFlags>[0]

let lab: AgentLab
let stored: Pod
let prior: string
beforeAll(async () => {
  lab = new AgentLab()
  lab.write({ 'data/a.txt': 'alpha' })
  lab.repository('repo')
  stored = lab.pod('repo')
  prior = (await lab.run('pvc-backup', backupFlags(stored, lab.path('data')))).message
})
afterAll(() => lab.close())

const finish = async (pod: Pod, more: Pod = {}) => {
  const flags = {
    target: 'backup',
    paths: [lab.path('data')],
    cause: 'OutOfMemory',
    'cause-message': 'exit 137',
    ...more,
  }
  return (await lab.run('finish', statusFlags(pod, flags))).report
}
const said = (more: Partial<StepReport>) =>
  JSON.stringify({ holdfast: 1, step: 'pvc-backup', outcome: 'Succeeded', ...more })

describe('finish', () => {
  test('calls a backup good whose mover had spoken and whose snapshot is there', async () => {
    expect(await finish(stored, { prior })).toMatchObject({
      step: 'finish',
      outcome: 'Succeeded',
      confirmed: true,
      snapshots: [{ path: lab.path('data'), totalBytes: 5, files: { total: 1, unreadable: 0 } }],
    })
  })

  test('calls a stored snapshot Partial when the mover never spoke, for nobody saw what it could not read', async () => {
    const report = await finish(stored)
    expect(report).toMatchObject({
      outcome: 'Partial',
      reason: 'OutOfMemory',
      confirmed: true,
      snapshots: [{ totalBytes: 5 }],
    })
    expect(report?.message).toContain('nobody can say whether every file was read')
    const interrupted = await finish(stored, { prior: said({ outcome: 'Interrupted', reason: 'Interrupted' }) })
    expect(interrupted).toMatchObject({ outcome: 'Partial', reason: 'OutOfMemory' })
  })

  test('fails with the cause when a path has no snapshot of this attempt', async () => {
    expect(await finish(stored, { paths: [lab.path('data'), lab.path('more')] })).toMatchObject({
      outcome: 'Failed',
      reason: 'OutOfMemory',
      message: 'exit 137',
    })
    const next = await finish({ ...stored, attempt: '2' })
    expect(next).toMatchObject({ outcome: 'Failed', reason: 'OutOfMemory', confirmed: false })
  })

  test('does not believe a mover whose snapshot is not there', async () => {
    const lie = said({
      snapshots: [
        { id: 'd'.repeat(64), path: lab.path('data'), totalBytes: 1, uploadedBytes: 1, seconds: 1, files: {} },
      ],
    })
    expect(await finish(stored, { prior: lie })).toMatchObject({ outcome: 'Failed', reason: 'SnapshotNotConfirmed' })
  })

  test('keeps the mover’s own reason for failing', async () => {
    const failed = said({ outcome: 'Failed', reason: 'PathMissing', message: 'no /data' })
    expect(await finish(stored, { prior: failed })).toMatchObject({
      outcome: 'Failed',
      reason: 'PathMissing',
      message: 'no /data',
    })
  })

  test('still ends with the cause when the repository cannot be asked', async () => {
    const report = await finish({ ...stored, repository: lab.path('nowhere') })
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'OutOfMemory' })
    expect(report?.message).toContain('RepositoryNotInitialized')
  })

  test('judges a restore by what its mover said', async () => {
    expect(await finish(stored, { target: 'restore' })).toMatchObject({ outcome: 'Failed', reason: 'OutOfMemory' })
    const restored = [{ id: 'e'.repeat(64), path: '/data', files: 3, bytes: 9 }]
    const good = await finish(stored, { target: 'restore', prior: said({ step: 'pvc-restore', restored }) })
    expect(good).toMatchObject({ outcome: 'Succeeded', restored })
  })
})
