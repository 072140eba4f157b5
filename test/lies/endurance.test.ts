import { afterAll, describe, expect, test } from '@jest/globals'
import { JsonLines } from '../../lib/restic/json-lines.js'
import { recordFigures } from '../faults/figures.js'
import { FlowLab } from './flow.js'
import { readRecording } from './recording.js'
import { hastyClock, type Said } from './said.js'
import { namelessness } from './verdict.js'
import { LyingWorld } from './world.js'

const lab = new FlowLab()
const world = new LyingWorld(lab, readRecording())
let caught = 0
afterAll(() => {
  lab.close()
  recordFigures('lies-endurance', { lies: floods.length + hangs.length, caught })
})

const mebibyte = 2 ** 20
const backup = world.truth('known', 'backup #1')
const quiet = new Uint8Array()
const line = (json: object) => Buffer.from(`${JSON.stringify(json)}\n`)
const floods: readonly [string, Said, string][] = [
  ['100 MiB without an end of line', { ...backup, stdout: Buffer.alloc(mebibyte, 'x'), times: 100 }, 'ResticFailed'],
  ['100 MiB of objects', { ...backup, stdout: line({ a: 'x'.repeat(mebibyte) }), times: 100 }, 'ResticFailed'],
  ['100 MiB of zero bytes', { ...backup, stdout: Buffer.alloc(mebibyte), times: 100 }, 'ResticFailed'],
  [
    '20 MiB on stderr, and no summary',
    { ...backup, stdout: quiet, stderr: Buffer.alloc(20 * mebibyte, 'x') },
    'SummaryMissing',
  ],
  ['nothing', { ...backup, stdout: quiet, stderr: quiet }, 'SummaryMissing'],
]

describe('a restic that says too much, or nothing', () => {
  test.each(floods)('%s: it has a name', async (_says, said, reason) => {
    const { believed, verdict } = await world.tell({ flow: 'known', key: 'backup #1', said })
    expect({ ...verdict, believed, nameless: namelessness(verdict) }).toMatchObject({
      believed: 'not',
      reason,
      nameless: undefined,
    })
    caught += 1
  })

  test('a line without an end never takes more memory than a line may', () => {
    const lines = new JsonLines(1000)
    for (let chunk = 0; chunk < 100; chunk++) expect(lines.push(Buffer.alloc(mebibyte, 'x'))).toEqual([])
    expect(lines.end()).toEqual([{ text: 'x'.repeat(1000) }])
    expect(lines.push(Buffer.from('{"a":1}\n'))).toEqual([{ json: { a: 1 }, raw: '{"a":1}' }])
  })
})

const hangs = (['heeding', 'deaf'] as const).flatMap(how =>
  (
    [
      ['known', 'backup #1'],
      ['known', 'snapshots #1'],
      ['restore', 'restore #1'],
      ['restore', 'snapshots #1'],
    ] as const
  ).map(([flow, key]) => [how, flow, key] as const),
)

describe('a restic that hangs', () => {
  test.each(hangs)(
    '%s to SIGTERM, in %s %s: the stop that the deadline sends ends it, and a finish Job follows',
    async (how, flow, key) => {
      const said = { ...world.truth(flow, key), hangs: how }
      const machine = { clock: hastyClock, stop: AbortSignal.timeout(100) }
      const { believed, verdict, course } = await world.tell({ flow, key, said }, machine)
      expect({ believed, phase: verdict.phase }).toEqual({ believed: 'not', phase: 'Running' })
      expect(course.reports.at(-1)).toMatchObject({ outcome: 'Interrupted', reason: 'Interrupted' })
      caught += 1
    },
  )
})
