import { describe, expect, test } from '@jest/globals'
import { RE2JS } from 're2js'
import { z } from 'zod'
import { kinds } from '../../../lib/api/kinds.js'
import { type KindDefinition, toCustomResourceDefinition } from '../../../lib/schema/crd.js'

const example: KindDefinition = {
  kind: 'Example',
  plural: 'examples',
  singular: 'example',
  shortNames: ['ex'],
  scope: 'Namespaced',
  description: 'An example.',
  spec: z.strictObject({ size: z.int() }),
  printerColumns: [{ jsonPath: '.spec.size', name: 'Size', type: 'integer', priority: 1 }],
}

/** Every value under a key of this name, anywhere. */
function collect(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, child]) => [...(name === key ? [child] : []), ...collect(child, key)])
}

describe('a CustomResourceDefinition', () => {
  test('says what the definition says, in a fixed order', () => {
    const crd = toCustomResourceDefinition(example)
    expect(JSON.stringify(crd)).toBe(
      JSON.stringify({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'examples.holdfast.dev' },
        spec: {
          group: 'holdfast.dev',
          names: {
            ...{ kind: 'Example', listKind: 'ExampleList', plural: 'examples', singular: 'example' },
            ...{ shortNames: ['ex'], categories: ['holdfast'] },
          },
          scope: 'Namespaced',
          versions: [
            {
              ...{ name: 'v1alpha1', served: true, storage: true },
              additionalPrinterColumns: [{ name: 'Size', type: 'integer', priority: 1, jsonPath: '.spec.size' }],
              schema: {
                openAPIV3Schema: {
                  description: 'An example.',
                  type: 'object',
                  required: ['spec'],
                  properties: {
                    apiVersion: { type: 'string' },
                    kind: { type: 'string' },
                    metadata: { type: 'object' },
                    spec: {
                      description: 'What is wanted.',
                      type: 'object',
                      required: ['size'],
                      properties: { size: { type: 'integer', format: 'int64' } },
                    },
                  },
                },
              },
            },
          ],
        },
      }),
    )
  })

  test('has a status subresource and rules over the whole object when asked', () => {
    const validations = [{ rule: 'self.metadata.name.size() <= 52', message: 'the name is too long' }]
    const crd = toCustomResourceDefinition({ ...example, status: z.strictObject({}), validations })
    expect(crd.spec.versions[0]).toMatchObject({ subresources: { status: {} } })
    expect(crd.spec.versions[0]?.schema.openAPIV3Schema['x-kubernetes-validations']).toEqual(validations)
  })

  test('is refused, with kind and field, when the spec has no bounds', () => {
    const spec = z.strictObject({ name: z.string() })
    expect(() => toCustomResourceDefinition({ ...example, spec })).toThrow(
      'Example.spec.name: is text without maxLength',
    )
  })
})

describe.each(kinds.map(definition => [definition.kind, definition] as const))(
  'the definition of %s',
  (_kind, definition) => {
    const crd = toCustomResourceDefinition(definition)

    test('has only patterns that RE2, the engine of the API server, reads', () => {
      for (const pattern of collect(crd, 'pattern')) {
        if (typeof pattern === 'string') expect(() => RE2JS.compile(pattern)).not.toThrow()
      }
    })

    test('describes every field of its spec', () => {
      const properties = crd.spec.versions[0]?.schema.openAPIV3Schema.properties?.['spec']?.properties ?? {}
      const silent = Object.entries(properties).filter(([, field]) => (field.description ?? '') === '')
      expect(silent.map(([name]) => name)).toEqual([])
    })

    test('fits into an annotation of client-side apply', () => {
      expect(Buffer.byteLength(JSON.stringify(crd))).toBeLessThan(262_144)
    })
  },
)
