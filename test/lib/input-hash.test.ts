import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { canonicalJson, digestOf } from '../../lib/digest.js'
import { inputHash } from '../../lib/input-hash.js'
import { functionsHash } from '../../lib/resolver.js'
import { builtIn } from '../runtime/controller/observation.js'
import { backupSubject } from './subject.js'

/** The same JSON with the keys of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}

describe('digests', () => {
  test('are blind to the order of keys and to absent values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(digestOf(reversed(value))).toBe(digestOf(value))
      }),
    )
    expect(canonicalJson({ b: 1, a: undefined, c: null })).toBe('{"b":1}')
  })

  test('see the order of lists', () => {
    expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]))
  })
})

describe('the hash of a template’s inputs', () => {
  const base = inputHash(backupSubject())

  test.each([
    { paused: true },
    { schedule: '5 5 * * *' },
    { timeZone: 'Europe/Berlin' },
    { backupHistoryLimit: 9 },
    { jobTemplate: { any: 'thing' } },
  ])('does not change with %j, which the resolver does not read', spec => {
    expect(inputHash(backupSubject(spec))).toBe(base)
  })

  test.each([{ timeOut: '1h' }, { startDeadline: '1m' }, { privileges: 'read-any-file' as const }, { tempDir: {} }])(
    'changes with %j',
    spec => {
      expect(inputHash(backupSubject(spec))).not.toBe(base)
    },
  )

  test('changes with the Repository', () => {
    expect(inputHash(backupSubject({}, { clusterName: 'berlin' }))).not.toBe(base)
  })

  test('of Functions sees those that the Task names, and no others', () => {
    const task = builtIn('pvc-backup')
    const more = { ...task, functions: { ...task.functions, other: { image: 'x' } } }
    const less = { ...task, functions: {} }
    expect(functionsHash(more)).toBe(functionsHash(task))
    expect(functionsHash(less)).not.toBe(functionsHash(task))
  })
})
