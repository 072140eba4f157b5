import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Problem } from '../../lib/problem.js'
import { sessionVariables, withSessionEnvironment } from '../../lib/session-variables.js'
import { type Place, substituteText, substituteTree, type VariableValue, variablesIn } from '../../lib/substitution.js'
import { kubeletExpand } from './kubelet-expansion.js'

type Values = Readonly<Record<string, VariableValue>>

function substitute(text: string, values: Values, place: Place = 'literal') {
  const problems: Problem[] = []
  const context = { variables: new Map(Object.entries(values)), object: 'Function f', problems }
  return {
    text: substituteText(text, 'spec.args[0]', place, context),
    codes: problems.map(each => each.code),
    problems,
  }
}

/** What an attacker, or a person with an odd file name, writes. */
const nasty = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ maxLength: 12, unit: fc.constantFrom('$', '{', '}', '(', ')', 'A', '"', '\\', '\n', ',', ' ') }),
  fc.constantFrom('"],"command":["sh","-c","id"]', '${B}', '$(B)', '$$(B)', '$', '$$', '$${B}', '\\', "'; id; '"),
)

describe('substitution', () => {
  test('replaces variables, with a default where there is no value', () => {
    expect(substitute('a ${A} ${B:=two} ${C:=}.', { A: { text: '1' } }).text).toBe('a 1 two .')
  })

  test('a value wins over the default, even when it is empty', () => {
    expect(substitute('${A:=x}', { A: { text: '' } }).text).toBe('')
  })

  test('is one pass: a value that looks like a variable stays as it is', () => {
    fc.assert(
      fc.property(nasty, value => {
        const { text, codes } = substitute('<${A}>', { A: { text: value }, B: { text: 'no' } })
        expect(codes).toEqual([])
        expect(text).toBe(`<${value}>`)
      }),
    )
  })

  test('is structural: a value never becomes a field, an item or a key', () => {
    fc.assert(
      fc.property(nasty, value => {
        const tree = { args: ['--a=${A}', 7, true, null], '${A}': { name: '${A}' } }
        const context = { variables: new Map([['A', { text: value }]]), object: 'o', problems: [] }
        expect(substituteTree(tree, '', 'literal', context)).toEqual({
          args: [`--a=${value}`, 7, true, null],
          '${A}': { name: value },
        })
      }),
    )
  })

  test('$${ is a literal ${', () => {
    expect(substitute('$${A} and ${A}', { A: { text: '1' } }).text).toBe('${A} and 1')
  })

  test.each([
    ['a variable without value or default', '${MISSING}', 'HF2002'],
    ['an empty name', '${}', 'HF2005'],
    ['a name that no shell would take', '${1A}', 'HF2005'],
    ['an operator that does not exist', '${A:-x}', 'HF2005'],
    ['a reference without an end', 'x${A', 'HF2005'],
  ])('%s is a problem', (_what, text, code) => {
    expect(substitute(text, { A: { text: '1' } }).codes).toEqual([code])
  })

  test('a problem names object, field, variable and fix', () => {
    expect(substitute('${MISSING}', {}).problems).toEqual([
      {
        code: 'HF2002',
        object: 'Function f',
        path: 'spec.args[0]',
        message: '${MISSING} has neither a value nor a default; pass it as a parameter, or write ${MISSING:=default}',
      },
    ])
  })

  test('every problem of a tree is reported, each with its own path', () => {
    const problems: Problem[] = []
    const tree = { env: [{ value: '${X}' }], image: '${Y}' }
    substituteTree(tree, 'spec', 'literal', { variables: new Map(), object: 'o', problems })
    expect(problems.map(each => each.path)).toEqual(['spec.env[0].value', 'spec.image'])
  })

  test('names the variables that a template needs', () => {
    expect([...variablesIn({ args: ['${A}${B:=x}', '$${C}'], image: '${A}' })]).toEqual(['A', 'B'])
  })
})

describe('the kubelet’s own expansion', () => {
  test('of a substituted text gives back exactly the user’s value', () => {
    fc.assert(
      fc.property(nasty, nasty, (value, other) => {
        const { text } = substitute('--a=${A},${B}(A)${A}', { A: { text: value }, B: { text: other } }, 'expanded')
        expect(kubeletExpand(text, { A: 'wrong', B: 'wrong' })).toBe(`--a=${value},${other}(A)${value}`)
      }),
    )
  })

  test('of a default gives back exactly the default', () => {
    const { text } = substitute('${A:=$(B)$$x}', {}, 'expanded')
    expect(kubeletExpand(text, { B: 'wrong' })).toBe('$(B)$$x')
  })

  test('puts the session’s values in where a session variable stands', () => {
    fc.assert(
      fc.property(nasty, nasty, (value, name) => {
        const variables = { A: { text: value }, S: { session: 'BACKUP_SESSION' } }
        const { text } = substitute('${A}${S}${A}', variables, 'expanded')
        expect(kubeletExpand(text, { BACKUP_SESSION: name })).toBe(`${value}${name}${value}`)
      }),
    )
  })

  test('of the session’s environment gives back exactly the session’s values', () => {
    fc.assert(
      fc.property(nasty, value => {
        const names = Object.keys(sessionVariables)
        const values = Object.fromEntries(names.map(name => [name, value]))
        const environment = withSessionEnvironment(values as Parameters<typeof withSessionEnvironment>[0])
        expect(environment.map(each => each.name)).toEqual(names)
        for (const each of environment)
          expect(kubeletExpand(('value' in each ? each.value : undefined) ?? '', {})).toBe(value)
      }),
    )
  })

  test('does not happen elsewhere, so a session variable there is a problem', () => {
    expect(substitute('${S}', { S: { session: 'BACKUP_SESSION' } }).codes).toEqual(['HF2004'])
  })
})
