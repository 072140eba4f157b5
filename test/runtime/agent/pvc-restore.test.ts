import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AgentLab, backupFlags, isRoot, moverUser, restoreFlags } from './agent-lab.js'

let lab: AgentLab
let volumes = 0
const stored: string[] = []

beforeAll(async () => {
  lab = new AgentLab()
  lab.write({ 'volume/one/1.txt': 'first', 'volume/two/2.txt': 'second', 'volume/two/deep/3.log': 'third' })
  lab.repository('repo')
  const paths = [lab.path('volume/one'), lab.path('volume/two')]
  await lab.run('pvc-backup', backupFlags(lab.pod('repo'), lab.path('volume'), { paths }))
  stored.push(...paths)
  // A later session that stored only one of its two paths, and another host’s newer snapshot.
  const tags = `holdfast,session=late,attempt=1,paths=2,root=${encodeURIComponent(lab.path('volume'))}`
  lab.write({ 'volume/one/later.txt': 'later' })
  lab.restic('repo', 'backup', '--host=shop/db', `--tag=${tags}`, paths[0] ?? '')
  lab.restic('repo', 'backup', '--host=shop/other', paths[1] ?? '')
  lab.share('repo')
})
afterAll(() => lab.close())

/** An empty volume, writable for everybody. */
function volume(): string {
  const name = `target-${++volumes}`
  mkdirSync(lab.path(name, 'lost+found'), { recursive: true })
  chmodSync(lab.path(name), 0o777)
  return name
}
const restore = (name: string, more: Parameters<typeof restoreFlags>[2] = {}, user?: number) =>
  lab.run('pvc-restore', restoreFlags(lab.pod('repo'), lab.path(name), more), user === undefined ? {} : { user })
const text = (...parts: string[]) => readFileSync(lab.path(...parts), 'utf8')

describe('pvc-restore', () => {
  test('puts the newest complete session back, each path in its place, under another mount path', async () => {
    const name = volume()
    const { report, code } = await restore(name)
    expect(code).toBe(0)
    expect(report).toMatchObject({ step: 'pvc-restore', outcome: 'Succeeded' })
    expect(report?.restored?.map(each => each.path)).toEqual(stored)
    expect(text(name, 'one/1.txt')).toBe('first')
    expect(text(name, 'two/deep/3.log')).toBe('third')
    expect(existsSync(lab.path(name, 'one/later.txt'))).toBe(false)
  })

  test('restores the newest snapshot of a stored path on demand', async () => {
    const name = volume()
    const { report } = await restore(name, { paths: [stored[0] ?? ''] })
    expect(report?.outcome).toBe('Succeeded')
    expect(text(name, 'one/later.txt')).toBe('later')
  })

  test('restores by id, but not another host’s snapshot unless that host is named', async () => {
    const foreign = lab.snapshots('repo').find(each => each.hostname === 'shop/other')?.id ?? ''
    const refused = await restore(volume(), { snapshots: [foreign] })
    expect(refused.report).toMatchObject({ outcome: 'Failed', reason: 'SnapshotNotFound' })
    expect(refused.report?.message).toContain('set sourceHost')
    const name = volume()
    const named = await restore(name, { snapshots: [foreign.slice(0, 8)], 'source-hostname': 'shop/other' })
    expect(named.report?.outcome).toBe('Succeeded')
    // Another tool’s snapshot knows no mount path: its folder becomes the destination.
    expect(text(name, '2.txt')).toBe('second')
  })

  test('does not take an empty list for an answer when the store forbids listing', async () => {
    if (!isRoot) return
    chmodSync(lab.path('repo/snapshots'), 0o700)
    const { report } = await restore(volume(), {}, moverUser)
    lab.share('repo')
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'BackendDenied' })
  })

  test('says what there is when nothing is selected', async () => {
    const { report } = await restore(volume(), { 'source-hostname': 'shop/nobody' })
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'SnapshotNotFound' })
    expect(report?.message).toContain(`shop/db:${stored[0]}`)
  })

  test('restores only what is included, less what is excluded, and fails when that is nothing', async () => {
    const name = volume()
    const some = { paths: [stored[1] ?? ''], include: ['/deep', '/2.txt'], exclude: ['*.log'] }
    expect((await restore(name, some)).report?.outcome).toBe('Succeeded')
    expect(existsSync(lab.path(name, 'two/2.txt'))).toBe(true)
    expect(existsSync(lab.path(name, 'two/deep/3.log'))).toBe(false)
    const nothing = await restore(volume(), { paths: [stored[1] ?? ''], include: ['/not-there'] })
    expect(nothing.report).toMatchObject({ outcome: 'Failed', reason: 'SnapshotNotFound' })
  })

  test('makes a destination folder below the mount path', async () => {
    const name = volume()
    const { report } = await restore(name, { destination: lab.path(name, 'a/b') })
    expect(report?.outcome).toBe('Succeeded')
    expect(text(name, 'a/b/one/1.txt')).toBe('first')
  })

  test.each(['Fail', 'Skip'])('does not touch a folder with files unless told to: %s', async policy => {
    const name = volume()
    lab.write({ [`${name}/one/mine.txt`]: 'mine' })
    const { report, output } = await restore(name, { 'when-not-empty': policy })
    expect(report).toMatchObject({ outcome: policy === 'Skip' ? 'Skipped' : 'Failed', reason: 'TargetNotEmpty' })
    expect(output).not.toContain('restoring')
    expect(existsSync(lab.path(name, 'two'))).toBe(false)
  })

  test('merges: the snapshot wins, other files stay', async () => {
    const name = volume()
    lab.write({ [`${name}/one/1.txt`]: 'changed', [`${name}/one/mine.txt`]: 'mine' })
    expect((await restore(name, { overwrite: 'Merge' })).report?.outcome).toBe('Succeeded')
    expect([text(name, 'one/1.txt'), text(name, 'one/mine.txt')]).toEqual(['first', 'mine'])
  })

  test('replaces: files that the snapshot does not have go, lost+found stays', async () => {
    const name = volume()
    lab.write({ [`${name}/one/mine.txt`]: 'mine', [`${name}/one/lost+found/kept`]: 'kept' })
    expect((await restore(name, { overwrite: 'Replace' })).report?.outcome).toBe('Succeeded')
    expect(existsSync(lab.path(name, 'one/mine.txt'))).toBe(false)
    expect(text(name, 'one/lost+found/kept')).toBe('kept')
  })

  test('never leaves the volume: not by .., not by a link in the destination', async () => {
    const name = volume()
    mkdirSync(lab.path('outside'))
    chmodSync(lab.path('outside'), 0o777)
    const dots = await restore(name, { destination: `${lab.path(name)}/../outside` })
    expect(dots.report).toMatchObject({ outcome: 'Failed', reason: 'TargetOutsideVolume' })
    symlinkSync(lab.path('outside'), lab.path(name, 'one'))
    const link = await restore(name, { overwrite: 'Merge' })
    expect(link.report).toMatchObject({ outcome: 'Failed', reason: 'TargetOutsideVolume' })
    expect(existsSync(lab.path('outside/1.txt'))).toBe(false)
  })

  test('says so when it may not write, and when owners cannot be given back', async () => {
    const closed = volume()
    chmodSync(lab.path(closed), 0o555)
    if (isRoot) {
      const refused = await restore(closed, {}, moverUser)
      expect(refused.report).toMatchObject({ outcome: 'Failed', reason: 'TargetNotWritable' })
    }
    const open = await restore(volume(), {}, moverUser)
    expect(open.report?.outcome).toBe('Succeeded')
    expect(open.report?.message).toContain('whoever owned it before')
  })

  test('fails when a file cannot be written, whatever restic’s summary counts', async () => {
    const name = volume()
    mkdirSync(lab.path(name, 'two'))
    writeFileSync(lab.path(name, 'two/2.txt'), 'old')
    chmodSync(lab.path(name, 'two'), 0o555)
    chmodSync(lab.path(name, 'two/2.txt'), 0o444)
    mkdirSync(lab.path(name, 'one'))
    chmodSync(lab.path(name, 'one'), 0o777)
    const { report } = await restore(name, { overwrite: 'Merge' }, moverUser)
    expect(report?.outcome).toBe('Failed')
    expect(['RestoreIncomplete', 'TargetNotWritable']).toContain(report?.reason)
  })
})
