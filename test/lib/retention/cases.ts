import fc from 'fast-check'
import type { RetentionPolicy } from '../../../lib/api/retention-policy.js'
import { keepCounts, keepWithins } from '../../../lib/keep-rules.js'

/** A snapshot of a generated history. */
export interface Taken {
  readonly time: string
  readonly tags: readonly string[]
}

const second = 1000
const hour = 3600 * second
const day = 24 * hour

// Zones with summer time (one of half an hour), a quarter of an hour, and the far ends of the world.
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Kiritimati',
]

// Edges of days, months, years and of summer time; leap days; both ends of ISO years with 53 weeks.
const edges = [
  ...['2023-12-31T23:59:59Z', '2024-01-01T00:00:00Z', '2024-02-28T23:59:59Z', '2024-02-29T12:00:00Z'],
  ...['2024-03-31T00:59:59Z', '2024-03-31T01:00:00Z', '2025-02-28T00:00:00Z', '2025-03-30T01:00:00Z'],
  ...['2020-12-31T10:00:00Z', '2021-01-03T23:59:59Z', '2021-01-04T00:00:00Z', '2025-10-26T00:30:00Z'],
  ...['2025-10-26T01:30:00Z', '2025-12-29T00:00:00Z', '2026-01-01T00:00:00Z', '2026-03-31T22:00:00Z'],
].map(text => Date.parse(text))

const tags = fc.subarray(['gold', 'silver', 'before-upgrade', 'session=1'])
const nanos = fc.oneof(fc.constant(0), fc.constantFrom(1, 999_999), fc.nat(999_999))
const instant = (from: fc.Arbitrary<number>) => fc.tuple(from, nanos)
const zone = fc.oneof({ weight: 2, arbitrary: fc.constant('UTC') }, { weight: 3, arbitrary: fc.constantFrom(...zones) })

/** The time as restic writes it in a zone. */
export function inZone(at: number, nanosBeyond: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  const offset = name === 'GMT' ? 'Z' : name.slice(3)
  const [sign, minutes] = [offset.startsWith('-') ? -1 : 1, offset === 'Z' ? 0 : clock(offset.slice(1))]
  const local = new Date(at + sign * minutes * 60_000).toISOString()
  return `${local.slice(0, -1)}${String(nanosBeyond).padStart(6, '0')}${offset}`
}
const clock = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))

function regular(now: number): fc.Arbitrary<[number, number][]> {
  const start = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: now - 900 * day, max: now - hour }))
  const step = fc.constantFrom(300 * second, hour, hour, 6 * hour, day, day, 7 * day, 31 * day)
  return fc
    .record({ start, step, count: fc.integer({ min: 1, max: 30 }), jitter: fc.nat(90) })
    .map(each =>
      Array.from({ length: each.count }, (_, index) => [each.start - index * each.step + (index % 3) * each.jitter, 0]),
    )
}

function scattered(now: number): fc.Arbitrary<[number, number][]> {
  const near = fc.constantFrom(...edges).chain(edge => fc.integer({ min: edge - 2 * hour, max: edge + 2 * hour }))
  const anywhere = fc.integer({ min: now - 3 * 365 * day, max: now - hour })
  const future = fc.integer({ min: now + hour, max: now + 90 * day })
  const recent = fc.integer({ min: now - 3 * day, max: now - hour })
  const at = fc.oneof(
    { weight: 6, arbitrary: anywhere },
    { weight: 5, arbitrary: near },
    { weight: 3, arbitrary: fc.constantFrom(...edges) },
    { weight: 3, arbitrary: recent },
    { weight: 1, arbitrary: future },
  )
  return fc.array(instant(at), { minLength: 1, maxLength: 30 })
}

/** Histories of one host and path: regular ones, random ones around the edges of calendars, some of the future. */
export function histories(now: number): fc.Arbitrary<Taken[]> {
  const onlyFuture = fc.array(instant(fc.integer({ min: now + hour, max: now + 90 * day })), {
    minLength: 1,
    maxLength: 5,
  })
  const instants = fc.oneof(
    { weight: 5, arbitrary: regular(now) },
    { weight: 5, arbitrary: scattered(now) },
    { weight: 1, arbitrary: onlyFuture },
  )
  const twins = fc.array(fc.nat(40), { maxLength: 3 })
  return fc
    .tuple(instants, zone, fc.boolean(), fc.array(tags, { minLength: 1, maxLength: 8 }), twins)
    .map(([all, home, travels, labels, doubled]) => {
      const once = [...new Map(all.map(([at, beyond]) => [`${at}.${beyond}`, [at, beyond] as const])).values()]
      const taken = once.map(([at, beyond], index) => ({
        time: inZone(at, beyond, travels ? (zones[index % zones.length] ?? 'UTC') : home),
        tags: labels[index % labels.length] ?? [],
      }))
      // Twins are equal in everything: restic’s own order of equal times is not determined.
      return [...taken, ...doubled.flatMap(index => taken[index] ?? [])]
    })
}

const ages = ['1h', '36h', '1d', '7d', '13d', '1m', '2m', '1m1d', '1y', '1y2m3d4h', '11m30d', '0y0m1d', '30d12h']
const strange = ['0h', '500000y', '2562048h', '9999999h', '123456789012h']

/** Retention policies with at least one rule above zero; `rules` limits which. */
export function policies(
  rules: readonly string[] = [...keepCounts, ...keepWithins, 'keepTags'],
): fc.Arbitrary<RetentionPolicy> {
  const age = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...ages) },
    { weight: 1, arbitrary: fc.constantFrom(...strange) },
  )
  const count = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 }))
  const values: Record<string, fc.Arbitrary<unknown>> = {
    ...Object.fromEntries(keepCounts.map(key => [key, count])),
    ...Object.fromEntries(keepWithins.map(key => [key, age])),
    keepTags: fc.uniqueArray(fc.constantFrom('gold', 'silver', ' ', 'never'), { minLength: 1, maxLength: 3 }),
  }
  return fc
    .subarray([...rules], { minLength: 1, maxLength: Math.min(5, rules.length) })
    .chain(keys => fc.record(Object.fromEntries(keys.map(key => [key, values[key] ?? count]))))
    .filter(policy => Object.values(policy).some(value => value !== '0h')) as fc.Arbitrary<RetentionPolicy>
}
