import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  attemptJobName,
  boundedName,
  cronJobNameLength,
  finishJobName,
  interimClaimName,
  labelLength,
  labelValue,
  maintainJobName,
  manualSessionName,
  sessionName,
  slotOfJob,
  slotStamp,
  triggerName,
} from '../../lib/names.js'

const dns1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const minute = 60_000
const slots = fc.integer({ min: 0, max: 90_000_000 }).map(minutes => new Date((20_000_000 + minutes) * minute))
/** Names as people and machines write them: clean ones, dotted ones, and any text, around the limits. */
const names = fc.oneof(
  fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,70}[a-z0-9])?$/),
  fc.string({ minLength: 1, maxLength: 80, unit: fc.constantFrom('a', 'A', '-', '.', '0', 'é', '名') }),
  fc.string({ minLength: 1, maxLength: 300 }),
)
const made: readonly [string, number, (name: string) => string][] = [
  ['triggerName', cronJobNameLength, triggerName],
  ['sessionName', labelLength, name => sessionName(name, new Date(0))],
  ['manualSessionName', labelLength, name => manualSessionName(name, 'salt')],
  ['attemptJobName', labelLength, name => attemptJobName(name, 'uid', 10)],
  ['finishJobName', labelLength, name => finishJobName(name, 'uid', 10)],
  ['maintainJobName', labelLength, name => maintainJobName(name, 'uid', 'occasion')],
  ['interimClaimName', labelLength, name => interimClaimName(name, 'uid', 'interim')],
]

describe('names', () => {
  test.each(made)('%s is a DNS-1123 label of at most %d characters, whatever the name', (_function, most, make) => {
    fc.assert(
      fc.property(names, name => {
        expect(make(name)).toMatch(dns1123)
        expect(make(name).length).toBeLessThanOrEqual(most)
      }),
    )
  })

  test.each(made)('%s gives different names for different inputs', (_function, _most, make) => {
    fc.assert(fc.property(names, names, (one, other) => one === other || make(one) !== make(other)))
  })

  test.each(made)('%s never cuts two inputs to one name, and no clean name equals a cut one', (_f, _most, make) => {
    fc.assert(
      fc.property(names, name => {
        const like = [name.toLowerCase(), name.replaceAll('.', '-'), `${name}x`, `${name}-`, make(name)]
        const others = [...new Set(like)].filter(other => other !== name)
        return others.every(other => make(other) !== make(name))
      }),
    )
  })

  test('a short clean name stays readable', () => {
    expect(triggerName('web-data')).toBe('web-data-trigger')
    expect(sessionName('web-data', new Date('2026-11-22T03:00:00Z'))).toBe('web-data-202611220300')
  })

  test('dots and dashes, upper and lower case, and other scripts are told apart', () => {
    const alike = ['a.b', 'a-b', 'A-b', 'a_b', 'á-b', 'a--b', '-a-b', 'a-b-']
    expect(new Set(alike.map(name => boundedName([name]))).size).toBe(alike.length)
    for (const name of alike) expect(boundedName([name])).toMatch(dns1123)
  })

  test('the longest natural name and the shortest cut one differ in length', () => {
    const fits = 'a'.repeat(labelLength - 1)
    expect(boundedName([fits])).toBe(fits)
    expect(boundedName([`${fits}a`])).toHaveLength(labelLength)
    expect(boundedName([`${fits}a`])).not.toBe(`${fits}a`)
  })

  test('a name of nothing but signs is a digest', () => {
    expect(boundedName(['…'])).toMatch(/^[0-9a-f]{63}$/)
  })

  test('the uid keeps a session that was made again from its old Job, and each attempt has its own', () => {
    const jobs = [
      attemptJobName('data', 'uid', 1),
      attemptJobName('data', 'uid', 2),
      attemptJobName('data', 'other', 1),
      finishJobName('data', 'uid', 1),
      maintainJobName('data', 'uid', '1'),
    ]
    expect(new Set(jobs).size).toBe(jobs.length)
  })

  test('a label value is the name where Kubernetes allows it, else a cut one', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?$/), name => {
        const value = labelValue(name)
        expect(value.length).toBeLessThanOrEqual(labelLength)
        expect(value).toMatch(/^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$/)
        expect(value === name).toBe(name.length <= labelLength)
      }),
    )
  })
})

describe('the slot of a CronJob’s Job', () => {
  test('is the scheduled minute that Kubernetes put into its name', () => {
    fc.assert(
      fc.property(names, slots, (configuration, slot) => {
        const cronJob = triggerName(configuration)
        const kubernetesName = `${cronJob}-${slot.getTime() / minute}`
        expect(kubernetesName.length).toBeLessThanOrEqual(labelLength)
        expect(slotOfJob(kubernetesName, cronJob)).toEqual(slot)
      }),
    )
  })

  test('is unknown for a Job made by hand or of another CronJob', () => {
    const foreign = ['data-trigger-manual-x7k2p', 'data-trigger', 'other-trigger-29731500', 'data-trigger-1']
    expect(foreign.map(job => slotOfJob(job, 'data-trigger'))).toEqual(foreign.map(() => undefined))
  })

  test('gives trigger and controller the same session name', () => {
    fc.assert(
      fc.property(names, slots, (configuration, slot) => {
        const cronJob = triggerName(configuration)
        const seen = slotOfJob(`${cronJob}-${slot.getTime() / minute}`, cronJob)
        expect(sessionName(configuration, seen ?? new Date(0))).toBe(sessionName(configuration, slot))
      }),
    )
  })

  test('is a minute of UTC in the session’s name', () => {
    expect(slotStamp(new Date('2026-01-02T03:04:59Z'))).toBe('202601020304')
  })
})
