import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AgentLab, backupFlags, moverUser, password } from './agent-lab.js'

let lab: AgentLab
beforeAll(() => {
  lab = new AgentLab()
  lab.write({ 'data/a.txt': 'alpha', 'data/sub/b.txt': 'beta' })
})
afterAll(() => lab.close())

describe('pvc-backup', () => {
  test('stores the volume under its host, path and tags, and reports exact bytes', async () => {
    const id = lab.repository('plain')
    const pod = lab.pod('plain', { 'repository-id': id })
    const { code, report, commandLines } = await lab.run('pvc-backup', backupFlags(pod, lab.path('data')))
    expect(code).toBe(0)
    expect(report).toMatchObject({ step: 'pvc-backup', outcome: 'Succeeded', host: 'shop/db' })
    const [snapshot] = lab.snapshots('plain')
    expect(snapshot).toMatchObject({ hostname: 'shop/db', paths: [lab.path('data')] })
    expect(snapshot?.tags).toEqual([
      'holdfast',
      `session=${String(pod['session-uid'])}`,
      'attempt=1',
      'paths=1',
      `root=${encodeURIComponent(lab.path('data'))}`,
    ])
    expect(report?.snapshots).toEqual([
      {
        id: snapshot?.id,
        path: lab.path('data'),
        totalBytes: 9,
        uploadedBytes: expect.any(Number),
        seconds: expect.any(Number),
        files: { total: 2, new: 2, modified: 0, unmodified: 0, unreadable: 0 },
      },
    ])
    expect(commandLines.length).toBeGreaterThan(0)
  })

  test('keeps credentials out of arguments, log and report', async () => {
    lab.repository('quiet')
    const flags = backupFlags(lab.pod('quiet'), lab.path('data'))
    const { output, message, commandLines } = await lab.run('pvc-backup', flags)
    expect(commandLines.some(line => line.includes('backup'))).toBe(true)
    for (const text of [output, message, ...commandLines]) expect(text).not.toContain(password)
  })

  test('makes the repository only when it may, and opens a local one to its group', async () => {
    const forbidden = await lab.run('pvc-backup', backupFlags(lab.pod('fresh'), lab.path('data')))
    expect(forbidden.report).toMatchObject({ outcome: 'Failed', reason: 'RepositoryNotInitialized' })
    expect(existsSync(lab.path('fresh', 'config'))).toBe(false)
    const allowed = await lab.run(
      'pvc-backup',
      backupFlags(lab.pod('fresh', { 'may-initialize': 'true' }), lab.path('data')),
    )
    expect(allowed.report).toMatchObject({ outcome: 'Succeeded', repository: { initialized: true } })
    expect(statSync(lab.path('fresh', 'keys')).mode & 0o070).toBe(0o070)
    const again = await lab.run(
      'pvc-backup',
      backupFlags(lab.pod('fresh', { 'may-initialize': 'true' }), lab.path('data')),
    )
    expect(again.report).toMatchObject({ outcome: 'Succeeded', repository: { initialized: false } })
    expect(again.report?.repository?.id).toBe(allowed.report?.repository?.id)
  })

  test('stores every path as a snapshot of its own', async () => {
    lab.repository('two')
    lab.write({ 'volume/one/1': '1', 'volume/two/2': '22' })
    const paths = [lab.path('volume/one'), lab.path('volume/two')]
    const { report } = await lab.run('pvc-backup', backupFlags(lab.pod('two'), lab.path('volume'), { paths }))
    expect(report?.snapshots?.map(each => [each.path, each.totalBytes])).toEqual([
      [paths[0], 1],
      [paths[1], 2],
    ])
    expect(lab.snapshots('two').every(snapshot => snapshot.tags.includes('paths=2'))).toBe(true)
  })

  test('leaves lost+found out, which only root may read', async () => {
    lab.repository('lost')
    lab.write({ 'disk/file': 'x' })
    mkdirSync(lab.path('disk/lost+found'), { mode: 0o700 })
    const { report } = await lab.run('pvc-backup', backupFlags(lab.pod('lost'), lab.path('disk')), { user: moverUser })
    expect(report).toMatchObject({ outcome: 'Succeeded', snapshots: [{ files: { total: 1, unreadable: 0 } }] })
  })

  test('names a file that cannot be read and fails, or says Partial when the policy accepts it', async () => {
    lab.repository('unreadable')
    lab.write({ 'closed/open.txt': 'open', 'closed/secret.txt': 'closed' })
    chmodSync(lab.path('closed/secret.txt'), 0o000)
    const flags = (policy: string) =>
      backupFlags(lab.pod('unreadable', { 'partial-policy': policy }), lab.path('closed'))
    const fail = await lab.run('pvc-backup', flags('Fail'), { user: moverUser })
    expect(fail.report).toMatchObject({
      outcome: 'Failed',
      reason: 'SourceUnreadable',
      snapshots: [{ files: { unreadable: 1 } }],
    })
    expect(fail.report?.message).toContain(lab.path('closed/secret.txt'))
    expect(fail.output).toContain(lab.path('closed/secret.txt'))
    const accept = await lab.run('pvc-backup', flags('Accept'), { user: moverUser })
    expect(accept.report).toMatchObject({ outcome: 'Partial', reason: 'SourceUnreadable' })
  })

  test('calls a volume without files empty before anything is stored, unless the policy accepts it', async () => {
    lab.repository('empty')
    mkdirSync(lab.path('nothing/dir'), { recursive: true })
    const flags = (policy: string) =>
      backupFlags(lab.pod('empty', { 'empty-source-policy': policy }), lab.path('nothing'))
    const fail = await lab.run('pvc-backup', flags('Fail'))
    expect(fail.report).toMatchObject({ outcome: 'Failed', reason: 'EmptySource' })
    expect(fail.report?.message).toContain(lab.path('nothing'))
    expect(lab.snapshots('empty')).toEqual([])
    expect((await lab.run('pvc-backup', flags('Accept'))).report?.outcome).toBe('Succeeded')
  })

  test('names every path that is missing or no folder before it touches the repository', async () => {
    writeFileSync(lab.path('plain-file'), '')
    const paths = [lab.path('data'), lab.path('gone'), lab.path('plain-file'), lab.path('gone-too')]
    const { report } = await lab.run('pvc-backup', backupFlags(lab.pod('none'), lab.folder, { paths }))
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'PathMissing' })
    for (const path of paths.slice(1)) expect(report?.message).toContain(path)
  })

  test('refuses a backup flag that is not on the allow-list', async () => {
    const args = ['--password-command=cat /etc/passwd']
    const { report, commandLines } = await lab.run(
      'pvc-backup',
      backupFlags(lab.pod('none'), lab.path('data'), { args }),
    )
    expect(report?.outcome).toBe('Failed')
    expect(report?.message).toContain('--password-command')
    expect(commandLines).toEqual([])
  })
})
