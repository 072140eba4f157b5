import { afterEach, describe, expect, test } from '@jest/globals'
import { type BenchEnd, backup, maintenance, restore, status } from './agent-bench.js'
import type { ResticCall, ResticDecision } from './agent-launcher.js'
import { benchOf, closeBenches, masked, type ResticKind } from './restics.js'

afterEach(closeBenches)

interface Course {
  readonly calls: readonly ResticCall[]
  readonly ends: Readonly<Record<string, BenchEnd>>
}

/** A backup that is confirmed, a change, a restore, and maintenance, each in a pod of its own; up to a step. */
async function course(
  kind: ResticKind,
  decide: (call: ResticCall) => ResticDecision,
  last = 'maintain',
): Promise<Course> {
  const calls: ResticCall[] = []
  const onRestic = (call: ResticCall) => {
    calls.push(call)
    return decide(call)
  }
  const bench = benchOf(kind, { onRestic })
  const ends: Record<string, BenchEnd> = {}
  const pod = bench.pod()
  const steps = [
    { step: 'pvc-backup', pod, flags: backup },
    { step: 'update-status', pod, flags: status },
    { step: 'pvc-restore', pod: bench.pod(), flags: { ...restore, overwrite: 'Replace' } },
    { step: 'maintain', pod: bench.pod(), flags: maintenance },
  ]
  for (const each of steps) {
    if (each.step === 'pvc-restore') bench.write('data/a.txt', 'changed')
    ends[each.step] = await bench.step(each.pod, each.step, each.flags)
    if (each.step === last) break
  }
  return { calls, ends }
}

const undisturbed = () => 'go' as const
const reports = ({ ends }: Course) =>
  JSON.stringify(Object.values(ends).map(({ code, report, log }) => ({ code, report, log })))

describe('an agent in this process', () => {
  test('does and reports the same with the recorded restic as with the real one', async () => {
    const [recorded, real] = [await course('recorded', undisturbed), await course('real', undisturbed)]
    expect(masked(reports(recorded))).toEqual(masked(reports(real)))
    expect(masked(JSON.stringify(recorded.calls))).toEqual(masked(JSON.stringify(real.calls)))
    for (const { report } of Object.values(real.ends)) expect(report?.outcome).toBe('Succeeded')
  })

  test('restores what was stored, and speaks in the paths of its container', async () => {
    const bench = benchOf('recorded')
    await bench.step(bench.pod(), 'pvc-backup', backup)
    bench.write('data/a.txt', 'changed')
    const { report, log } = await bench.step(bench.pod(), 'pvc-restore', { ...restore, overwrite: 'Merge' })
    expect(bench.read('data/a.txt')).toBe('alpha')
    expect(report?.restored).toEqual([{ id: expect.any(String), path: '/data', files: 2, bytes: 5 }])
    expect(log).toContain(':/data into /data"')
    expect(log).not.toContain(bench.folder)
  })

  test('shares nothing with another one at the same time', async () => {
    const [one, other] = [benchOf('recorded'), benchOf('recorded')]
    other.write('secret/RESTIC_PASSWORD', 'Succeeded')
    const [mine, theirs] = await Promise.all(
      [one, other].map(bench => bench.step(bench.pod(), 'pvc-backup', { ...backup, hostname: bench.folder.slice(-6) })),
    )
    expect(mine?.log).toContain('pvc-backup: Succeeded')
    expect(theirs?.log).not.toContain('Succeeded')
    expect(mine?.report?.host).toBe(one.folder.slice(-6))
    expect(theirs?.report?.host).toBe(other.folder.slice(-6))
  })
})

describe('a container that is killed at a call of restic', () => {
  test.each(['recorded', 'real'] as const)('leaves Interrupted and does nothing more (%s restic)', async kind => {
    const all = await course(kind, undisturbed)
    const points = all.calls.filter(({ step }) => step === 'pvc-backup' || kind === 'recorded')
    expect(points.length).toBeGreaterThanOrEqual(3)
    for (const { step, indexInContainer } of points) {
      for (const fate of ['kill-before', 'kill-after'] as const) {
        const isIt = (call: ResticCall) => call.step === step && call.indexInContainer === indexInContainer
        const { ends, calls } = await course(kind, call => (isIt(call) ? fate : 'go'), step)
        const { code, report, log } = ends[step] ?? {}
        expect([step, indexInContainer, fate, code, report?.outcome, report?.message]).toEqual([
          ...[step, indexInContainer, fate, 137, 'Interrupted', `${step} did not come to its end`],
        ])
        expect(log).not.toContain(`${step}: `)
        expect(calls.filter(call => call.step === step && call.indexInContainer > indexInContainer + 1)).toEqual([])
      }
    }
  })

  test.each([
    ['kill-before', 0],
    ['kill-after', 1],
  ] as const)('(%s) has stored %d snapshots', async (fate, snapshots) => {
    const bench = benchOf('recorded', { onRestic: ({ args }) => (args[0] === 'backup' ? fate : 'go') })
    await bench.step(bench.pod(), 'pvc-backup', backup)
    expect(bench.repository().content.snapshots).toHaveLength(snapshots)
  })
})
