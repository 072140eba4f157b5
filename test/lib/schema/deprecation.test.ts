import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { kinds } from '../../../lib/api/kinds.js'
import { formatProblem } from '../../../lib/problem.js'
import { type KindDefinition, objectSchema, toCustomResourceDefinition } from '../../../lib/schema/crd.js'
import { deprecated, deprecationsIn } from '../../../lib/schema/deprecation.js'

const alias = { since: '0.3.0', instead: 'name the host in spec.host' }
const spec = z.strictObject({
  size: z.int().optional(),
  alias: deprecated(z.string().max(9).optional().describe('Another name.'), alias),
  stores: z
    .array(z.strictObject({ old: deprecated(z.boolean().optional(), { since: '0.4.0', instead: 'leave it out' }) }))
    .max(3)
    .optional(),
  labels: z
    .record(z.string(), deprecated(z.string().max(9), { since: '0.5.0', instead: 'use annotations' }))
    .optional(),
})
const example: KindDefinition = {
  ...{ kind: 'Example', plural: 'examples', singular: 'example', shortNames: [], scope: 'Namespaced' },
  ...{ description: 'An example.', spec, printerColumns: [] },
}
const said = (object: unknown, definition = example) =>
  deprecationsIn(definition, object, 'shop/orders').map(formatProblem)

describe('a deprecated field', () => {
  test('is named wherever an object uses it, with since when and what to do', () => {
    expect(said({ spec: { size: 1 } })).toEqual([])
    expect(said({ spec: { alias: 'a', stores: [{}, { old: true }], labels: { team: 'x' } } })).toEqual([
      'HF1010 shop/orders: spec.alias: is deprecated since 0.3.0: name the host in spec.host',
      'HF1010 shop/orders: spec.stores[1].old: is deprecated since 0.4.0: leave it out',
      'HF1010 shop/orders: spec.labels.team: is deprecated since 0.5.0: use annotations',
    ])
  })

  test('says so in its description, and stays valid', () => {
    const field = objectSchema({ ...example, spec: spec.omit({ labels: true }) }).properties?.['spec']?.properties?.[
      'alias'
    ]
    expect(field).toEqual({
      description: 'Deprecated since 0.3.0: name the host in spec.host. Another name.',
      type: 'string',
      maxLength: 9,
    })
    expect(spec.safeParse({ alias: 'a' }).success).toBe(true)
  })

  test('keeps its mark under a description that is given afterwards', () => {
    const later = z.strictObject({ a: deprecated(z.string().max(9), alias).describe('Words.') })
    expect(said({ spec: { a: 'x' } }, { ...example, spec: later })).toHaveLength(1)
  })

  test('breaks nothing where the object is not what the schema says', () => {
    for (const broken of [undefined, null, 'x', [], { spec: null }, { spec: { stores: 'x', labels: [1] } }]) {
      expect(() => said(broken)).not.toThrow()
    }
  })
})

describe('a deprecated kind', () => {
  const whole = { ...example, spec: z.strictObject({}), deprecated: { since: '0.6.0', instead: 'use Task' } }

  test('is said by kubectl at every use, and by every synth', () => {
    expect(toCustomResourceDefinition(whole).spec.versions[0]).toMatchObject({
      deprecated: true,
      deprecationWarning: 'holdfast.dev/v1alpha1 Example is deprecated since 0.6.0: use Task',
    })
    expect(said({ spec: {} }, whole)).toEqual([
      'HF1010 shop/orders: the kind Example is deprecated since 0.6.0: use Task',
    ])
  })

  test('is none of those of today', () => {
    expect(kinds.filter(kind => kind.deprecated !== undefined)).toEqual([])
    expect(JSON.stringify(kinds.map(toCustomResourceDefinition))).not.toMatch(/"deprecated"|Deprecated since/)
  })
})
