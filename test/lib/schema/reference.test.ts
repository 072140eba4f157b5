import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { kinds } from '../../../lib/api/kinds.js'
import { problemCodes } from '../../../lib/problem.js'
import type { KindDefinition } from '../../../lib/schema/crd.js'
import { errorsMarkdown, referenceMarkdown } from '../../../lib/schema/reference.js'
import { rule } from '../../../lib/schema/rule.js'

const item = rule(z.strictObject({ mode: z.enum(['a', 'b']).describe('Which.') }), {
  ...{ cel: 'true', message: 'items are good' },
  check: () => true,
})
const example: KindDefinition = {
  kind: 'Example',
  plural: 'examples',
  singular: 'example',
  shortNames: ['ex'],
  scope: 'Cluster',
  description: 'An example.',
  spec: z.strictObject({
    name: z
      .string()
      .min(1)
      .max(9)
      .regex(/^(a|b)+$/)
      .describe('Name.'),
    list: z.array(item).max(3).optional().describe('List.'),
    on: z.boolean().default(true).describe('Whether.'),
  }),
  status: z.strictObject({ free: z.looseObject({}).optional() }),
  printerColumns: [{ name: 'On', type: 'boolean', jsonPath: '.spec.on', priority: 1 }],
}

describe('the API reference', () => {
  const text = referenceMarkdown([example])

  test('has one row per field, nested ones too, with its limits and rules', () => {
    expect(text).toContain('| `name` | string | **required** | 1–9 characters; `^(a\\|b)+$` | Name. |')
    expect(text).toContain('| `list` | list of object |  | ≤ 3 entries | List. *Rule: items are good.* |')
    expect(text).toContain('| `list[].mode` | string | **required** | `a`, `b` | Which. |')
    expect(text).toContain('| `on` | boolean | `true` |  | Whether. |')
    expect(text).toContain('| `free` | object, any fields |')
  })

  test('says scope, short names and columns', () => {
    expect(text).toContain('Cluster-wide. `kubectl get examples.holdfast.dev`, short `ex`.')
    expect(text).toContain('| On | `.spec.on` | yes |')
    expect(text).toContain('### Example status')
  })

  test('of the real kinds has as many cells in every row as its table has columns', () => {
    const rows = referenceMarkdown(kinds)
      .split('\n')
      .filter(line => line.startsWith('|'))
    const cells = (line: string) => line.replace(/\\\|/g, '').split('|').length
    expect(rows.length).toBeGreaterThan(100)
    expect(rows.filter(line => ![5, 7].includes(cells(line)))).toEqual([])
  })
})

describe('the page of errors', () => {
  test('has a heading for every code', () => {
    for (const code of Object.keys(problemCodes)) expect(errorsMarkdown()).toContain(`\n## ${code}\n`)
  })
})
