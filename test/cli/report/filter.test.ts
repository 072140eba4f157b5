import { describe, expect, test } from '@jest/globals'
import { everything, type Filter, runsAt, runsByRepository, select } from '../../../cli/report/page/filter.js'
import { heatClasses } from '../../../cli/report/page/heat-classes.js'
import { rowsOf } from '../../../cli/report/page/rows.js'
import { madeUpContent } from './made-up.js'

const rows = rowsOf(madeUpContent(200))
const found = (filter: Partial<Filter>) => select(rows, { ...everything, ...filter })

describe('a filter of the report', () => {
  test('that asks for nothing leaves everything', () => {
    const { policies, claims, problems } = found({})
    expect(policies).toHaveLength(rows.policies.length)
    expect(claims).toHaveLength(rows.claims.length)
    expect(problems).toHaveLength(rows.problems.length)
  })

  test('finds all words in any order and in either case', () => {
    const wanted = rows.policies.filter(({ key }) => key.includes('shop/') && key.includes('redis'))
    expect(wanted.length).toBeGreaterThan(0)
    const texts = ['redis shop/', 'SHOP/ Redis', '  redis   shop/ ']
    for (const text of texts) {
      const keys = found({ text }).policies.map(({ key }) => key)
      expect(keys).toEqual(expect.arrayContaining(wanted.map(({ key }) => key)))
    }
    expect(found({ text: 'redis no-such-word' }).policies).toEqual([])
  })

  test.each(['protected', 'exempt', 'unprotected'] as const)('shows the %s claims alone', show => {
    const { claims } = found({ show })
    expect(claims.length).toBeGreaterThan(0)
    expect(new Set(claims.map(({ status }) => status))).toEqual(new Set([show]))
  })

  test('shows what has problems, with those problems', () => {
    const { policies, problems } = found({ show: 'problems' })
    expect(policies.map(({ key }) => key)).toContain('payments/orders-old')
    expect(policies.every(policy => policy.problems.length > 0)).toBe(true)
    expect(problems).toHaveLength(rows.problems.length)
  })

  test('narrows problems to those of a namespace', () => {
    const { problems, policies } = found({ namespace: 'payments' })
    expect(new Set(policies.map(({ namespace }) => namespace))).toEqual(new Set(['payments']))
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.every(({ entry }) => entry[1].includes(' payments/'))).toBe(true)
  })

  test('narrows to what runs in an hour of a repository', () => {
    const repository = rows.policies[0]?.repository ?? 0
    const sums = runsByRepository(rows, rows.policies).get(repository) ?? []
    const hour = sums.indexOf(Math.max(...sums))
    const { policies } = found({ picked: { hour, repository } })
    const runs = policies
      .filter(({ paused }) => !paused)
      .reduce((sum, { week }) => sum + runsAt(rows.content.weeks[week] ?? [], hour), 0)
    expect(runs).toBe(sums[hour])
    expect(new Set(policies.map(policy => policy.repository))).toEqual(new Set([repository]))
  })
})

test('the colours of the heat map begin at whole numbers that grow', () => {
  for (const largest of [1, 2, 5, 6, 7, 30, 5000]) {
    const starts = heatClasses(largest)
    expect(starts[0]).toBe(1)
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b))
    expect(starts.at(-1)).toBeLessThanOrEqual(Math.max(1, largest))
  }
})
