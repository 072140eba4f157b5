import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Loose, Trial } from './trial.js'

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 9 },
        mode: { type: 'string', enum: ['Fast', 'Slow'], default: 'Fast' },
        name: { type: 'string', pattern: '^[a-z]+$', maxLength: 5 },
        steps: {
          type: 'array',
          maxItems: 2,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, n: { type: 'integer' } },
          },
        },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
    status: { type: 'object', properties: { phase: { type: 'string' } } },
  },
}
const definition = {
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wd'] },
    versions: [
      { name: 'v1', served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: schema } },
    ],
  },
}
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const widgets = '/apis/example.com/v1/namespaces/default/widgets'

let trial: Trial
beforeAll(async () => {
  const immutable = (_: string, object: Loose, old?: Loose): string[] =>
    old !== undefined && old.spec.size !== object.spec.size ? ['spec.size: size is immutable'] : []
  trial = await Trial.start({ validate: immutable })
  await trial.create(definitions, definition)
})
afterAll(() => trial.stop())

const make = (name: string, spec: Loose, query = '') =>
  trial.call('POST', `${widgets}${query}`, { metadata: { name }, spec })

describe('a custom resource', () => {
  test('is served as soon as its definition is written', async () => {
    expect((await trial.get(`${definitions}/widgets.example.com`)).status.conditions).toEqual(
      expect.arrayContaining([expect.objectContaining({ type: 'Established', status: 'True' })]),
    )
    expect((await trial.get(widgets)).kind).toBe('WidgetList')
    expect((await trial.get('/apis/example.com/v1')).resources[0]).toMatchObject({
      name: 'widgets',
      shortNames: ['wd'],
    })
  })

  test('gets defaults and loses unknown fields, with a warning', async () => {
    const made = await make('pruned', { size: 1, colour: 'red', free: { any: 'thing' } })
    expect(made.body.spec).toEqual({ size: 1, mode: 'Fast', free: { any: 'thing' } })
    expect(made.warnings).toContain('unknown field \\"spec.colour\\"')
    const strict = await make('strict', { size: 1, colour: 'red' }, '?fieldValidation=Strict')
    expect(strict).toMatchObject({
      code: 400,
      body: { message: expect.stringContaining('unknown field "spec.colour"') },
    })
  })

  test.each([
    [{}, 'spec.size: Required value'],
    [{ size: '1' }, 'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"'],
    [{ size: 0 }, 'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1'],
    [{ size: 10 }, 'spec.size: Invalid value: 10: spec.size in body should be less than or equal to 9'],
    [{ size: 1, mode: 'Odd' }, 'spec.mode: Unsupported value: "Odd": supported values: "Fast", "Slow"'],
    [{ size: 1, name: 'A' }, 'spec.name: Invalid value: "A": spec.name in body should match \'^[a-z]+$\''],
    [{ size: 1, name: 'abcdef' }, 'spec.name: Too long: may not be more than 5 bytes'],
    [{ size: 1, steps: [{ name: 'a' }, { name: 'a' }] }, 'spec.steps[1]: Duplicate value: {"name":"a"}'],
    [{ size: 1, steps: [{ n: 1 }] }, 'spec.steps[0].name: Required value'],
  ])('refuses %j by name of the field', async (spec, message) => {
    const answer = await make('refused', spec)
    expect(answer.code).toBe(422)
    expect(answer.body.reason).toBe('Invalid')
    expect(answer.body.message).toBe(`Widget.example.com "refused" is invalid: ${message}`)
  })

  test('obeys the rules that are plugged in, transitions too', async () => {
    const { body } = await make('ruled', { size: 2 })
    const answer = await trial.call('PUT', `${widgets}/ruled`, { ...body, spec: { size: 3 } })
    expect(answer).toMatchObject({ code: 422, body: { details: { causes: [{ field: 'spec.size' }] } } })
  })

  test('needs a revision for an update, and keeps status to its subresource', async () => {
    const { body } = await make('updated', { size: 4 })
    const blind = { ...body, metadata: { name: 'updated' } }
    expect((await trial.call('PUT', `${widgets}/updated`, blind)).code).toBe(422)
    const right = await trial.call('PUT', `${widgets}/updated/status`, {
      ...body,
      spec: {},
      status: { phase: 'Done', odd: 1 },
    })
    expect(right.body).toMatchObject({ spec: { size: 4 }, status: { phase: 'Done' }, metadata: { generation: 1 } })
    expect(right.body.status.odd).toBeUndefined()
  })

  test('is applied on the server: made, merged by list key, and freed of what the manager no longer says', async () => {
    const apply = (spec: Loose, manager = 'git') => {
      const body = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'applied' }, spec }
      return trial.call('PATCH', `${widgets}/applied?fieldManager=${manager}`, body, 'application/apply-patch+yaml')
    }
    expect((await apply({ size: 5, name: 'abc', steps: [{ name: 'a', n: 1 }] })).code).toBe(201)
    await apply({ steps: [{ name: 'b', n: 2 }] }, 'other')
    const { body } = await apply({ size: 5, steps: [{ name: 'a', n: 3 }] })
    expect(body.spec).toEqual({
      size: 5,
      mode: 'Fast',
      steps: [
        { name: 'a', n: 3 },
        { name: 'b', n: 2 },
      ],
    })
  })

  test('goes with its definition', async () => {
    const gadget = { ...definition.spec, names: { plural: 'gadgets', kind: 'Gadget' } }
    await trial.create(definitions, { metadata: { name: 'gadgets.example.com' }, spec: gadget })
    const path = '/apis/example.com/v1/namespaces/default/gadgets'
    await trial.create(path, { metadata: { name: 'g' }, spec: { size: 1 } })
    await trial.call('DELETE', `${definitions}/gadgets.example.com`)
    expect((await trial.call('GET', path)).code).toBe(404)
    expect((await trial.get(widgets)).kind).toBe('WidgetList')
  })
})
