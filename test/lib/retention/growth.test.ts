import { describe, expect, test } from '@jest/globals'
import type { RepositorySpec } from '../../../lib/api/repository.js'
import { costOf } from '../../../lib/retention/cost.js'
import { growthOf, usedBytes } from '../../../lib/retention/growth.js'
import { examplePrices, localPrices, parsePriceTable, pricesFor } from '../../../lib/retention/price-table.js'
import { forgetRequests, sessionRequests } from '../../../lib/retention/requests.js'
import { simulateRetention } from '../../../lib/retention/simulate.js'
import { upkeepOf } from '../../../lib/retention/upkeep.js'
import { seededRandom } from '../../simulation/seeded-random.js'

const day = 86_400_000
const gibibyte = 1024 ** 3
const from = new Date('2026-01-01T00:00:00Z')
const daily = { expression: '0 3 * * *', timeZone: 'UTC' }
const generations = { keepDaily: 7, keepWeekly: 4, keepMonthly: 12 }
const churn = { initialBytes: 100 * gibibyte, dailyChange: 0.02 }
const usual = upkeepOf(undefined)
const upkeep = (maintenance: NonNullable<RepositorySpec['maintenance']>) =>
  upkeepOf({ backend: { storageSecretName: 'keys' }, maintenance })

/** Blocks that are overwritten at random, and the versions that the kept snapshots need: the model, played. */
function playedBlocks(kept: readonly number[], days: number, share: number): number {
  const blocks = new Uint32Array(20_000)
  const versions = new Set<string>()
  const random = seededRandom(12345)
  for (let today = 0; today <= days; today += 1) {
    if (today > 0) for (let n = 0; n < blocks.length; n += 1) if (random() < share) blocks[n] = today
    if (!kept.includes(today)) continue
    for (const [n, version] of blocks.entries()) versions.add(`${n}.${version}`)
  }
  return versions.size / blocks.length
}

describe('used bytes', () => {
  test.each([[[0, 1, 2, 3]], [[0, 30, 60]], [[5, 6, 7, 14, 21, 50]], [[10]]])(
    'of snapshots after days %j are those of blocks overwritten at random',
    kept => {
      const times = kept.map(each => each * day).reverse()
      const share = usedBytes(times, { initialBytes: 1, dailyChange: 0.05 }, 0)
      expect(Math.abs(share - playedBlocks(kept, 60, 0.05)) / share).toBeLessThan(0.02)
    },
  )

  test('grow with the volume and shrink with compression', () => {
    const times = [20 * day, 10 * day]
    expect(usedBytes(times, { initialBytes: 100, dailyChange: 0, dailyGrowth: 0.01 }, 0)).toBeCloseTo(120)
    expect(usedBytes(times, { initialBytes: 100, dailyChange: 0, storedShare: 0.5 }, 0)).toBeCloseTo(50)
    expect(usedBytes([], churn, 0)).toBe(0)
  })
})

describe('growth', () => {
  const simulation = simulateRetention({ schedule: daily, retention: generations, from })

  test('never stores less than the snapshots use, and after a prune hardly more', () => {
    const points = growthOf(simulation, churn, usual)
    expect(points.every(each => each.storedBytes >= each.usedBytes)).toBe(true)
    expect(points.slice(1, -1).every(each => each.storedBytes <= each.usedBytes / 0.95 + 1)).toBe(true)
    expect(points[0]?.storedBytes).toBe(100 * gibibyte)
  })

  test('keeps everything that was ever stored when nothing is pruned away', () => {
    const points = growthOf(simulation, churn, upkeep({ prune: { maxUnused: 'unlimited' } }))
    const added = points.reduce((sum, each) => sum + each.addedBytes, 0)
    expect(points.at(-1)?.storedBytes).toBeCloseTo(added, 0)
    expect(points.every(each => each.freedBytes === 0)).toBe(true)
  })
})

describe('cost', () => {
  const simulation = simulateRetention({ schedule: daily, retention: generations, from })

  test('is the sum of its parts, and nothing on disks of one’s own', () => {
    const cost = costOf(simulation, churn, usual, examplePrices)
    expect(cost.total).toBeCloseTo(cost.storage + cost.requests + cost.egress + cost.earlyRemoval)
    expect(cost.storage).toBeCloseTo((cost.figures.storedBytes / gibibyte) * 0.02)
    expect(cost.requests).toBeGreaterThan(0)
    expect(costOf(simulation, churn, usual, localPrices).total).toBe(0)
    expect(pricesFor('local', examplePrices).storagePerGiBMonth).toBe(0)
    expect(pricesFor('s3', examplePrices)).toBe(examplePrices)
  })

  test('rises with what a check reads, with hourly runs and with a minimum of days', () => {
    const base = costOf(simulation, churn, usual, examplePrices)
    const reading = costOf(simulation, churn, upkeep({ check: { readDataSubset: '10%' } }), examplePrices)
    expect(reading.figures.egressBytes - base.figures.egressBytes).toBeCloseTo(
      (base.figures.storedBytes / 10) * (365 / 12 / 7),
      -3,
    )
    const hourly = simulateRetention({ schedule: { ...daily, expression: '0 * * * *' }, retention: generations, from })
    expect(costOf(hourly, churn, usual, examplePrices).figures.puts).toBeGreaterThan(base.figures.puts + 2000)
    const cold = costOf(simulation, churn, usual, { ...examplePrices, minimumStorageDays: 90 })
    expect(cold.earlyRemoval).toBeGreaterThan(0)
  })

  test('of prune is bounded by maxRepackSize and none where unused space may stay', () => {
    const figures = (prune: { maxUnused?: string; maxRepackSize?: string }) =>
      costOf(simulation, churn, upkeep({ prune }), examplePrices).figures.egressBytes
    expect(figures({ maxUnused: 'unlimited' })).toBe(0)
    expect(figures({ maxRepackSize: '1G' })).toBeCloseTo((gibibyte * 365) / 12 / 7, -3)
    expect(figures({})).toBeGreaterThan(figures({ maxRepackSize: '1G' }))
  })

  test('of a policy that never runs is nothing', () => {
    const never = simulateRetention(
      { schedule: { ...daily, expression: '0 0 1 7 *' }, retention: generations, from },
      [30],
    )
    expect(costOf(never, churn, usual, examplePrices).total).toBe(0)
  })

  test('counts the requests that restic makes', () => {
    // Counted at a rest-server: the second backup of 6 MB into a repository with one snapshot, then a forget.
    const shape = { snapshots: 1, indexes: 1, treePacks: 1, packs: 7 }
    const session = sessionRequests(shape, 6_000_000)
    expect(session.puts).toBe(5)
    expect(session.lists).toBe(3 + 2 + 2 + 1)
    expect(forgetRequests(shape).puts).toBe(1)
  })
})

describe('a price table', () => {
  test('of one’s own is read strictly', () => {
    expect(parsePriceTable(JSON.parse(JSON.stringify(examplePrices)))).toEqual(examplePrices)
    expect(() => parsePriceTable({ ...examplePrices, putPer1000: -1, storage: 1 })).toThrow(
      /storage[\s\S]*putPer1000|putPer1000[\s\S]*storage/,
    )
  })
})

describe('upkeep', () => {
  test.each([
    ['5%', 1000, 50],
    ['1/10', 1000, 100],
    ['2K', 10_000, 2048],
    ['2G', 1000, 1000],
  ])('reads readDataSubset %s of %d bytes as %d', (readDataSubset, stored, expected) => {
    expect(upkeep({ check: { readDataSubset } }).readBytes(stored)).toBe(expected)
  })

  test.each([
    ['0', 0],
    ['10%', 111.111],
    ['1K', 1024],
    ['100%', Number.POSITIVE_INFINITY],
  ])('leaves %s unused beside 1000 bytes', (maxUnused, expected) => {
    expect(upkeep({ prune: { maxUnused } }).unusedBytes(1000)).toBeCloseTo(expected, 2)
  })
})
