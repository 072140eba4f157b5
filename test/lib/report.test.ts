import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { reasons } from '../../lib/reason.js'
import { decodeReport, encodeReport, messageBudget, outcomes, type StepReport, steps } from '../../lib/report.js'

const id = fc.stringMatching(/^[0-9a-f]{64}$/)
const count = fc.nat()
const text = fc.string({ maxLength: 2000, unit: 'grapheme' })
const path = fc.stringMatching(/^\/[a-z/é"\\]{0,200}$/)
const files = fc.record(
  { total: count, new: count, modified: count, unmodified: count, unreadable: count },
  { requiredKeys: [] },
)
const snapshot = fc.record({ id, path, totalBytes: count, uploadedBytes: count, seconds: count, files })
const restored = fc.record({ id, path, files: count, bytes: count })
const noted = fc.record({ ok: fc.boolean(), message: text }, { requiredKeys: ['ok'] })
const hook = fc.record({ ran: fc.boolean(), ok: fc.boolean(), message: text }, { requiredKeys: ['ran', 'ok'] })
const reports = (snapshots: fc.Arbitrary<StepReport['snapshots'] & {}>): fc.Arbitrary<StepReport> =>
  fc.record(
    {
      holdfast: fc.constant(1 as const),
      step: fc.constantFrom(...steps),
      outcome: fc.constantFrom(...outcomes),
      reason: fc.constantFrom(...(Object.keys(reasons) as (keyof typeof reasons)[])),
      message: text,
      seconds: count,
      host: fc.string({ maxLength: 100 }),
      repository: fc.record({ id, format: count, initialized: fc.boolean() }),
      snapshots,
      confirmed: fc.boolean(),
      metrics: fc.record({ pushed: fc.boolean(), message: text }),
      preHook: hook,
      postHook: hook,
    },
    { requiredKeys: ['holdfast', 'step', 'outcome'] },
  )
const eight = fc.array(snapshot, { minLength: 8, maxLength: 8 })
const bytes = (written: string) => Buffer.byteLength(written)
const small: StepReport = { holdfast: 1, step: 'finish', outcome: 'Failed' }

describe('a report as a termination message', () => {
  test('is read back as it was, when it fits', () => {
    fc.assert(
      fc.property(reports(fc.array(snapshot, { maxLength: 8 })), report => {
        const message = report.message?.slice(0, 1000)
        const fits = { ...report, ...(message === undefined ? {} : { message }) }
        const short = (one: { message?: string | undefined } | undefined) => (one?.message?.length ?? 0) <= 1024
        fc.pre(short(report.metrics) && short(report.preHook) && short(report.postHook))
        expect(decodeReport(encodeReport(fits, 1_000_000))).toEqual(fits)
      }),
    )
  })

  test('never exceeds its budget, from 640 bytes', () => {
    fc.assert(
      fc.property(reports(eight), fc.integer({ min: 640, max: 4096 }), (report, budget) => {
        expect(bytes(encodeReport(report, budget))).toBeLessThanOrEqual(budget)
      }),
    )
  })

  test('keeps all ids of eight snapshots from 640 bytes, and what became of the step', () => {
    const plain = eight.map(snapshots => ({ ...small, outcome: 'Partial' as const, confirmed: true, snapshots }))
    fc.assert(
      fc.property(plain, fc.integer({ min: 640, max: 4096 }), (report, budget) => {
        const read = decodeReport(encodeReport(report, budget))
        expect(read?.snapshots?.map(each => each.id)).toEqual(report.snapshots.map(each => each.id))
        expect(read).toMatchObject({ step: report.step, outcome: report.outcome, confirmed: true })
      }),
    )
  })

  test('keeps all ids of eight snapshots beside everything else that a report says, within any container’s budget', () => {
    fc.assert(
      fc.property(reports(eight), fc.integer({ min: 640, max: 4096 }), (report, budget) => {
        fc.pre(report.snapshots !== undefined)
        const read = decodeReport(encodeReport(report, budget))
        expect(read?.snapshots?.map(each => each.id)).toEqual(report.snapshots?.map(each => each.id))
      }),
    )
  })

  test('keeps all ids of eight restored snapshots within 1 024 bytes', () => {
    fc.assert(
      fc.property(fc.array(restored, { minLength: 8, maxLength: 8 }), list => {
        const read = decodeReport(encodeReport({ ...small, restored: list }, 1024))
        expect(read?.restored?.map(each => each.id)).toEqual(list.map(each => each.id))
      }),
    )
  })

  test('keeps the sums of a retention of many paths', () => {
    const forgotten = Array.from({ length: 100 }, (_, index) => ({
      host: `h${index}`,
      path: '/p',
      kept: 2,
      removed: 1,
    }))
    const read = decodeReport(encodeReport({ ...small, maintenance: { forgotten, totalBytes: 7 } }, 1024))
    expect(read?.maintenance).toEqual({
      forgotten: [{ host: '', path: '', kept: 200, removed: 100 }],
      totalBytes: 7,
    })
  })

  test('is not made of anything else: the kubelet’s words, other programs’ output, a broken one', () => {
    const foreign = [
      undefined,
      '',
      'The container could not be located when the pod was terminated',
      '{}',
      '{"holdfast":1',
      '{"holdfast":1}',
      '{"holdfast":2,"step":"finish","outcome":"Failed"}',
      '{"holdfast":1,"step":"other","outcome":"Failed"}',
      '{"holdfast":1,"step":"finish","outcome":"Failed","reason":"Unknown"}',
      '{"holdfast":1,"step":"finish","outcome":"Failed","extra":1}',
      '[1]',
    ]
    expect(foreign.map(decodeReport)).toEqual(foreign.map(() => undefined))
    fc.assert(fc.property(fc.string(), other => decodeReport(other) === undefined))
    fc.assert(
      fc.property(
        fc.jsonValue(),
        value => decodeReport(`{"holdfast":1,"step":${JSON.stringify(value)}}`) === undefined,
      ),
    )
  })

  test('of all containers of a pod fits into what the kubelet keeps', () => {
    for (let containers = 1; containers <= 20; containers += 1) {
      expect(messageBudget(containers)).toBeLessThanOrEqual(4096)
      expect(messageBudget(containers) * containers).toBeLessThanOrEqual(12_288)
    }
  })

  test('of the longest Task with both hooks still has room for all ids', () => {
    expect(messageBudget(12 + 2)).toBeGreaterThanOrEqual(640)
  })

  test('noted results of check and prune are read back', () => {
    fc.assert(
      fc.property(noted, noted, (check, prune) => {
        const report = { ...small, maintenance: { check, prune } }
        fc.pre((check.message?.length ?? 0) <= 1024 && (prune.message?.length ?? 0) <= 1024)
        expect(decodeReport(encodeReport(report, 100_000))).toEqual(report)
      }),
    )
  })
})
