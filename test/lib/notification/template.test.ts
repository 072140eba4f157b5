import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { slackMessage, teamsMessage } from '../../../constructs/notify-messages.js'
import { summaryValues, summaryVariables } from '../../../lib/notification/summary.js'
import { fillBody, fillHeader, fillPath, unknownVariable, variablesOf } from '../../../lib/notification/template.js'
import { failedSummary, valuesWith } from './summary-fixture.js'

const values = summaryValues(failedSummary)
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '"',
    '\\',
    '","x":"',
    '"}]}',
    '$(PHASE)',
    '$$(',
    '\u2028',
    '\ud800',
    '\n\r\t\0',
    '<!channel>',
    '%00&a=b',
  ),
)

/** What a JSON value is once every text in it is filled by itself: how it must read after the whole was filled. */
function filledByItself(value: unknown, message: string): unknown {
  if (typeof value === 'string') return value.replaceAll('$(MESSAGE)', () => message)
  if (Array.isArray(value)) return value.map(each => filledByItself(each, message))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledByItself(inner, message)]))
}

describe('a template', () => {
  test('says a session in words and numbers', () => {
    expect(fillBody('$(PHASE) $(NAMESPACE)/$(CONFIGURATION): $(SIZE_ADDED) in $(DURATION), $(SNAPSHOT)', values)).toBe(
      'Failed shop/orders: 1.5 GiB in 3m20s, aaaaaaaa',
    )
    expect(fillBody('$(FILES) $(FILES_UNREADABLE) $(BYTES_PROCESSED) $(ATTEMPT) $(CLUSTER)', values)).toBe(
      '1200 4 5368709120 2 eu',
    )
  })

  test('leaves what is not known empty, and what it does not know as it is', () => {
    const { bytesAdded: _bytes, message: _message, ...known } = failedSummary
    const started = summaryValues({ ...known, phase: 'Started' })
    expect(fillBody('<$(BYTES_ADDED)|$(ERROR)> $(date) $$(PHASE) $(', started)).toBe('<|> $(date) $(PHASE) $(')
  })

  test('never looks at a value again', () => {
    expect(fillBody('$(MESSAGE)', valuesWith({ MESSAGE: '$(NAMESPACE) $$(' }))).toBe('$(NAMESPACE) $$(')
  })

  test('says an error only of a session that did not succeed', () => {
    const said = (phase: 'Succeeded' | 'Failed') => summaryValues({ ...failedSummary, phase }).ERROR
    expect([said('Succeeded') === '', said('Failed')]).toEqual([true, failedSummary.message])
  })

  test('cuts a message at what Slack takes in one text', () => {
    expect(summaryValues({ ...failedSummary, message: 'x'.repeat(9000) }).MESSAGE).toHaveLength(2000)
  })
})

describe('a JSON body', () => {
  test('of Slack and of Teams stays the JSON that it is, whatever a message holds', () => {
    fc.assert(
      fc.property(fc.constantFrom<unknown>(slackMessage, teamsMessage), anyText, (message, text) => {
        const filled = fillBody(JSON.stringify(message), valuesWith({ MESSAGE: text }))
        const others = JSON.parse(fillBody(JSON.stringify(message), valuesWith({ MESSAGE: '$(MESSAGE)' })))
        expect(JSON.parse(filled)).toEqual(filledByItself(others, text))
      }),
    )
  })

  test('of any shape keeps its fields, its items and its numbers, and only texts change', () => {
    const leaf = fc.oneof(anyText, fc.constant('$(MESSAGE)'), fc.constant('a $(MESSAGE)$(MESSAGE)'))
    const { tree } = fc.letrec(tie => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('tree'), { maxKeys: 4 }),
      ),
    }))
    const known = /\$\((?!MESSAGE\))|\$\$\(/g
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1 }), anyText, (body, text) => {
        const template = JSON.stringify(body).replaceAll(known, '')
        const filled = JSON.parse(fillBody(template, valuesWith({ MESSAGE: text })))
        expect(filled).toEqual(filledByItself(JSON.parse(template), text))
      }),
    )
  })

  test('keeps numbers that a program would round, and the spaces of whoever wrote it', () => {
    expect(fillBody('{ "id": 12345678901234567890,\n "ns": "$(NAMESPACE)" }', values)).toBe(
      '{ "id": 12345678901234567890,\n "ns": "shop" }',
    )
  })

  test('with a variable outside of quotes is sent to nobody', () => {
    expect(() => fillBody('{"bytes": $(BYTES_ADDED), "message": "$(MESSAGE)"}', values)).toThrow(SyntaxError)
  })
})

describe('a value', () => {
  test('stays one part of a path or query', () => {
    fc.assert(
      fc.property(anyText, text => {
        const path = fillPath('/a/$(MESSAGE)?m=$(MESSAGE)&end=1', valuesWith({ MESSAGE: text }))
        const url = new URL(`http://host${path}`)
        expect([url.host, [...url.searchParams.keys()]]).toEqual(['host', ['m', 'end']])
        expect(url.searchParams.get('m')).toBe(Buffer.from(text).toString())
      }),
    )
  })

  test('never ends a header, nor begins another', () => {
    fc.assert(
      fc.property(anyText, text => {
        const value = fillHeader('session $(MESSAGE)', valuesWith({ MESSAGE: `${text}\r\nX-Evil: 1` }))
        expect(value).toMatch(/^session [\x20-\x7e]*$/)
      }),
    )
  })
})

test('every variable has a value of its own', () => {
  for (const name of Object.keys(summaryVariables)) {
    expect(fillBody(`<$(${name})>`, values)).not.toBe(`<$(${name})>`)
    expect(unknownVariable(name)).toBeUndefined()
  }
  expect(Object.keys(values)).toEqual(Object.keys(summaryVariables))
  expect(variablesOf('$(A) $$(B) $(C_1) $(no-name)')).toEqual(['A', 'C_1'])
})

test('a mistyped variable is told the one that was meant', () => {
  expect(unknownVariable('PHAES')).toContain('did you mean $(PHASE)?')
  expect(unknownVariable('SNAPHOT_ID')).toContain('variable')
  expect(unknownVariable('xyzzy')).toContain('the variables are PHASE, REASON')
})
