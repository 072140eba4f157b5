import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { durationPattern } from '../../../lib/duration.js'
import { editDistance, nearestWord } from '../../../lib/nearest-word.js'
import { describeReceived, formatPath } from '../../../lib/schema/received.js'
import { rule } from '../../../lib/schema/rule.js'
import { validateObject } from '../../../lib/schema/validate.js'

const span = rule(z.strictObject({ from: z.int(), to: z.int() }), {
  ...{ cel: 'self.from <= self.to', message: 'from lies after to', path: ['from'] },
  check: value => value.from <= value.to,
})
const spec = z.strictObject({
  target: z.strictObject({ paths: z.array(z.string().max(8).regex(/^\//)).min(1).max(2), kind: z.literal('Claim') }),
  policy: z.enum(['Fail', 'Accept']).optional(),
  keep: z.int().min(1).max(9).optional(),
  span: span.optional(),
  password: z.string().max(3).optional(),
  every: z.string().max(32).regex(new RegExp(durationPattern)).optional(),
  port: z.union([z.int(), z.string().max(5)]).optional(),
  labels: z.record(z.string(), z.strictObject({ on: z.boolean() })).optional(),
})
const valid = { target: { paths: ['/a'], kind: 'Claim' } }

function problems(extra: object): string[] {
  const found = validateObject({ spec }, { spec: { ...valid, ...extra } }, 'Example a/b')
  return found.map(({ code, path, message }) => `${code} ${path}: ${message}`)
}

describe('the validation of an object', () => {
  test('a valid object has no problems', () => {
    expect(problems({})).toEqual([])
  })

  test.each<[object, string]>([
    [{ polcy: 'Fail' }, "HF1001 spec.polcy: unknown field 'polcy'; did you mean 'policy'?"],
    [{ target: { ...valid.target, path: 1 } }, "HF1001 spec.target.path: unknown field 'path'; did you mean 'paths'?"],
    [{ labels: { x: { on: true, nope: 1 } } }, "HF1001 spec.labels.x.nope: unknown field 'nope'; expected one of on"],
    [{ target: { kind: 'Claim' } }, 'HF1001 spec.target.paths: is missing; expected a list'],
    [{ target: undefined }, 'HF1001 spec.target: is missing; expected an object with paths, kind'],
    [{ target: { paths: ['/a'] } }, "HF1001 spec.target.kind: is missing; expected 'Claim'"],
    [{ keep: '3' }, 'HF1001 spec.keep: got "3"; expected a number'],
    [{ keep: 1.5 }, 'HF1001 spec.keep: got 1.5; expected a whole number'],
    [{ keep: 0 }, 'HF1002 spec.keep: got 0; expected at least 1'],
    [{ keep: 10 }, 'HF1002 spec.keep: got 10; expected at most 9'],
    [{ policy: 'accept' }, 'HF1002 spec.policy: got "accept"; expected one of Fail, Accept; did you mean \'Accept\'?'],
    [
      { target: { ...valid.target, paths: ['a'] } },
      'HF1002 spec.target.paths[0]: got "a"; expected text that matches /^\\//',
    ],
    [
      { target: { ...valid.target, paths: [] } },
      'HF1002 spec.target.paths: got a list of 0; expected at least 1 entries',
    ],
    [{ span: { from: 2, to: 1 } }, 'HF1003 spec.span.from: from lies after to'],
    [{ password: 'hunter2' }, 'HF1002 spec.password: got a string (not shown); expected at most 3 characters'],
    [{ port: true }, 'HF1001 spec.port: got true; expected a number or text'],
    [{ every: '7d' }, 'HF1002 spec.every: got "7d"; expected a Go duration such as 1h30m (no days: a week is 168h)'],
    [{ policy: null }, 'HF1002 spec.policy: got null; expected one of Fail, Accept'],
  ])('%j', (extra, expected) => {
    expect(problems(extra)).toEqual([expected])
  })

  test('all problems come at once', () => {
    expect(problems({ polcy: 1, keep: 0, span: { from: 2, to: 1, x: 1 } })).toHaveLength(4)
  })

  test('an object without a spec, or none at all, is one problem', () => {
    for (const object of [{}, null, 'x', []]) {
      expect(validateObject({ spec }, object, 'Example a/b')).toMatchObject([
        { code: 'HF1001', object: 'Example a/b', path: 'spec' },
      ])
    }
  })
})

describe('what a message shows', () => {
  test('paths read as a person writes them', () => {
    expect(formatPath(['spec', 'a', 0, 'b-c', 'app.kubernetes.io/name'])).toBe(
      "spec.a[0].b-c['app.kubernetes.io/name']",
    )
  })

  test('values are short and carry no credentials', () => {
    expect(describeReceived('x'.repeat(200), [])).toHaveLength(61)
    expect(describeReceived('rest:https://me:pw@host/', ['url'])).toBe('"rest:https://***@host/"')
    for (const name of ['RESTIC_PASSWORD', 'secretKey', 'AWS_SECRET_ACCESS_KEY', 'accountKey', 'token']) {
      expect(describeReceived('hidden', ['env', name])).toBe('a string (not shown)')
    }
    expect(describeReceived('X_Y', ['storageSecretName'])).toBe('"X_Y"')
    expect(describeReceived(3, ['keepLast'])).toBe('3')
  })

  test('the nearest word is near, or there is none', () => {
    expect(nearestWord('shedule', ['schedule', 'target'])).toBe('schedule')
    expect(nearestWord('timeout', ['timeOut'])).toBe('timeOut')
    expect(nearestWord('zebra', ['schedule', 'target'])).toBeUndefined()
    expect(editDistance('ab', 'ba')).toBe(1)
    expect(editDistance('', 'abc')).toBe(3)
  })
})
