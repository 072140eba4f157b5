import { describe, expect, test } from '@jest/globals'
import { formatProblem } from '../../../lib/problem.js'
import { claimRule, fleetRule, repositoryRule } from '../../../lib/rules/fleet-rule.js'
import { ruleProblems } from '../../../lib/rules/rule-problems.js'
import type { Waiver } from '../../../lib/rules/waiver.js'
import { shop } from '../../testing/shop.js'

const fleet = shop()
const today = new Date('2026-11-22T12:00:00Z')
const objective = fleetRule({
  code: 'SHOP-001',
  title: 'every policy states an objective',
  check: policy => (policy.objective === undefined ? 'states none' : undefined),
})
const waiver = (change: Partial<Waiver> = {}): Waiver => ({
  rule: 'SHOP-001',
  for: 'shop/orders',
  reason: 'moves to tier gold in January',
  until: '2027-01-31',
  ...change,
})
const said = (waivers: readonly Waiver[] = [], rules = [objective]) =>
  ruleProblems(fleet, { rules, waivers, today }).map(({ code, object, path, message }) =>
    [code, object, path, message].filter(Boolean).join(' | '),
  )

describe('a rule of the fleet', () => {
  test('is broken with its own code, its title and the place of the policy', () => {
    const problems = ruleProblems(fleet, { rules: [objective], today })
    expect(problems.map(problem => formatProblem(problem).replace(/\(test.*$/, ''))).toEqual([
      'HF5401 BackupConfiguration shop/orders: SHOP-001 (every policy states an objective): states none ',
      'HF5401 BackupConfiguration shop/logs: SHOP-001 (every policy states an objective): states none ',
    ])
    for (const { source } of problems) expect(source).toMatch(/^test\/testing\/shop\.ts:\d+:\d+$/)
  })

  test('is about those objects only that it applies to, and about repositories and claims too', () => {
    const none = fleetRule({ code: 'A-1', title: 'never asked', applies: () => false, check: () => 'wrong' })
    const stores = repositoryRule({ code: 'A-2', title: 'named', check: each => `${each.name} ${each.store}` })
    const claims = claimRule({
      code: 'A-3',
      title: 'small',
      applies: each => each.name === 'logs-data',
      check: () => 'large',
    })
    expect(said([], [none, stores, claims])).toEqual([
      'HF5401 | Repository shop/store | A-2 (named): store s3:s3.example.com/shop-backups/volumes',
      'HF5401 | PersistentVolumeClaim shop/logs-data | A-3 (small): large',
    ])
  })

  test('that throws is the problem, named once, and the other rules are still judged', () => {
    const broken = fleetRule({
      code: 'A-1',
      title: 'broken',
      check: () => {
        throw new TypeError('cannot read properties of undefined')
      },
    })
    expect(said([], [broken, objective])[0]).toBe(
      'HF5401 | rule A-1 | check | the rule itself failed at BackupConfiguration shop/orders, so nothing is proven: TypeError: cannot read properties of undefined',
    )
    expect(said([], [broken, objective])).toHaveLength(3)
  })

  test('with a code that is no code of its own is refused, and so are two of one code', () => {
    const named = (code: string) => fleetRule({ code, title: 'x', check: () => undefined })
    expect(said([], [named('HF5401'), named('shop 1'), named('A-1'), named('A-1')])).toEqual([
      "HF1002 | rule HF5401 | code | got 'HF5401'; expected letters of your own, a dash and digits, such as SHOP-001",
      "HF1002 | rule shop 1 | code | got 'shop 1'; expected letters of your own, a dash and digits, such as SHOP-001",
      'HF3002 | rule A-1 | code | two rules have this code, so a waiver could mean either; give each its own',
    ])
  })
})

describe('a rule whose check is no check', () => {
  test.each([
    ['a promise', () => Promise.resolve(undefined)],
    ['false', () => false],
    ['null', () => null],
    ['an empty text', () => ' '],
  ])('fails itself, once, when it gives %s', (given, check) => {
    const rule = fleetRule({ code: 'SHOP-009', title: 'x', check: check as never })
    const all = said([], [rule])
    expect(all).toHaveLength(1)
    expect(all[0]).toContain(`rule SHOP-009 | check | the rule itself failed at`)
    expect(all[0]).toContain(`check gave ${given}; expected a sentence`)
  })
})

describe('a waiver', () => {
  test('of a namespace is not one of another that begins alike, nor of an object of its name', () => {
    expect(said([waiver({ for: 'sho/*' })])).toHaveLength(3)
    expect(said([waiver({ for: 'shop*/*' })])).toHaveLength(3)
    expect(said([waiver({ for: '*/*' })])).toHaveLength(3)
    expect(said([waiver({ for: 'shop/ord*' })])).toHaveLength(3)
  })

  test('excuses one object, or all of a namespace, to the end of its day', () => {
    expect(said([waiver()])).toHaveLength(1)
    expect(said([waiver({ for: 'shop/*' })])).toEqual([])
    expect(said([waiver({ for: 'shop/*', until: '2026-11-22' })])).toEqual([])
    expect(said([waiver({ for: 'shop/*', until: '2026-11-21' })])).toHaveLength(3)
  })

  test.each([
    [{ reason: ' ' }, 'reason | has no reason; say why the rule may be broken'],
    [{ until: '2027-06-31' }, "until | is '2027-06-31'; expected the last day on which it holds, such as 2027-06-30"],
    [
      { until: undefined as never },
      "until | is 'undefined'; expected the last day on which it holds, such as 2027-06-30",
    ],
    [
      { until: '2026-11-21' },
      'until | was over at the end of 2026-11-21; obey the rule, or decide anew until when not',
    ],
    [{ rule: 'SHOP-01' }, 'rule | waives nothing: there is no rule SHOP-01; did you mean SHOP-001?'],
    [{ for: 'shop/order' }, 'for | waives nothing: there is no shop/order; did you mean shop/orders?'],
    [{ for: 'shp/*' }, 'for | waives nothing: there is no shp/*; did you mean shop/*?'],
    [{ for: 'orders' }, "for | waives nothing: 'orders' is not namespace/name"],
    [{ for: 'shop/carts' }, 'waives nothing: shop/carts obeys SHOP-001; remove the waiver'],
  ])('%j does not count, and says why', (change, complaint) => {
    const wrong = waiver(change)
    const all = said([wrong])
    expect(all.at(-1)).toBe(`HF5402 | waiver of ${wrong.rule} for ${wrong.for} | ${complaint}`)
    expect(all).toHaveLength(3)
  })
})
