import { existsSync, readdirSync } from 'node:fs'
import { afterEach, describe, expect, test } from '@jest/globals'
import { backup, maintenance } from './agent-bench.js'
import { recordedRestic } from './restic/recorded-restic.js'
import { benchOf, closeBenches } from './restics.js'
import { everydayPrograms, shellLines } from './scripted-program.js'
import { VirtualClock } from './virtual-clock.js'

afterEach(closeBenches)

/** A bench on which time passes only when nothing else happens, and restic takes its usual time. */
function slowBench() {
  const clock = new VirtualClock()
  return { clock, bench: benchOf('recorded', { clock, restic: recordedRestic() }) }
}

describe('a container that is told to stop in the middle of restic', () => {
  test('reports Interrupted, ends well, and leaves no lock', async () => {
    const { clock, bench } = slowBench()
    const { process, ended } = bench.begin(bench.pod(), 'pvc-backup', backup)
    await clock.advance(1000)
    expect(bench.repository().content.locks).toHaveLength(1)
    process.terminate()
    const { code, report } = await clock.run(ended)
    expect([code, report?.outcome, report?.reason]).toEqual([0, 'Interrupted', 'Interrupted'])
    expect(bench.repository().content).toMatchObject({ locks: [], snapshots: [] })
  })
})

describe('a container that is killed in the middle of restic', () => {
  test('leaves its lock behind, which keeps maintenance out until it is half an hour old', async () => {
    const { clock, bench } = slowBench()
    const { process, ended } = bench.begin(bench.pod(), 'pvc-backup', backup)
    await clock.advance(1000)
    process.kill()
    expect(await ended).toMatchObject({ code: 137, report: { outcome: 'Interrupted' } })
    expect(bench.repository().content).toMatchObject({ locks: [{ exclusive: false }], snapshots: [] })
    const early = await clock.run(bench.step(bench.pod(), 'maintain', maintenance))
    expect(early.report).toMatchObject({ outcome: 'Failed', reason: 'RepositoryLocked' })
    await clock.advance(30 * 60_000)
    const late = await clock.run(bench.step(bench.pod(), 'maintain', maintenance))
    expect(late.report?.outcome).toBe('Succeeded')
  })

  test('really ends the real restic, before it counts as ended', async () => {
    const bench = benchOf('real')
    await bench.step(bench.pod(), 'pvc-backup', backup)
    bench.write('data/big', 'x'.repeat(1_000_000).concat(String(Math.random())))
    const args = JSON.stringify(['--limit-upload=1'])
    const { process, ended } = bench.begin(bench.pod(), 'pvc-backup', { ...backup, args, attempt: '2' })
    const locks = bench.path('store/repository/locks')
    while (readdirSync(locks).length === 0) await new Promise(wake => setTimeout(wake, 5))
    process.kill()
    expect((await ended).code).toBe(137)
    const late = await bench.step(bench.pod(), 'maintain', maintenance)
    expect(late.report).toMatchObject({ outcome: 'Succeeded', maintenance: { snapshotCount: 1 } })
  })
})

describe('programs of other containers', () => {
  test('are played by the test’s own scripts, in the paths of this machine', async () => {
    const clock = new VirtualClock()
    const writes = shellLines({ 'exit 4': 4 })
    const bench = benchOf('recorded', { clock, programs: [writes, everydayPrograms] })
    const run = async (...command: string[]) =>
      (await clock.run(bench.start(bench.pod(), command[0] ?? '', command, { env: { ATTEMPT: '1' } }).ended)).code
    expect(await run('sh', '-c', 'exit 4')).toBe(4)
    expect(await run('sh', '-c', 'test "${ATTEMPT}" -gt 1')).toBe(1)
    expect(await run('sleep', '3600')).toBe(0)
    expect(await run('nobody-knows')).toBe(127)
  })

  test('run until they are stopped, when they would run for ever', async () => {
    const bench = benchOf('recorded', { programs: [everydayPrograms] })
    const { process, ended } = bench.start(bench.pod(), 'idle', ['sleep', 'infinity'])
    await new Promise(wake => setTimeout(wake, 20))
    process.terminate()
    expect((await ended).code).toBe(0)
    expect(existsSync(bench.path('data/a.txt'))).toBe(true)
  })
})
