import { expect, test } from '@jest/globals'
import type { ConfigurationObject } from '../../../runtime/controller/objects.js'
import { withPackedTemplate } from '../../../runtime/controller/packed-template.js'
import { configuration } from './observation.js'

const template = (name: string) => ({
  metadata: { annotations: { 'holdfast.dev/input-hash': name } },
  spec: { template: { spec: { containers: [{ name, image: 'holdfast', args: [`--name=${name}`, 'ü'.repeat(40)] }] } } },
})

function committed(name: string, generation = 1): ConfigurationObject {
  const { metadata, spec } = configuration()
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': 'all of it again' }
  return {
    ...configuration(),
    metadata: { ...metadata, name, uid: name, generation, annotations },
    spec: { ...spec, jobTemplate: template(name) as unknown as NonNullable<typeof spec.jobTemplate> },
  }
}

test('a remembered configuration has its Job template as it was committed, every time it is asked for', () => {
  for (const name of ['data', 'logs']) {
    const packed = withPackedTemplate(committed(name))
    expect(packed.spec).toEqual(committed(name).spec)
    expect({ ...packed.spec }.jobTemplate).toEqual(template(name))
    expect(JSON.parse(JSON.stringify(packed.spec))).toEqual(committed(name).spec)
  }
})

test('what nobody reads of a configuration is not remembered', () => {
  expect(withPackedTemplate(committed('data')).metadata).not.toHaveProperty('annotations')
})

test('an edited template takes the place of the remembered one, and a new status leaves it', () => {
  const known = withPackedTemplate(committed('data'))
  const stored = withPackedTemplate({ ...committed('data'), status: { lastSessionName: 'data-1' } }, known)
  expect(stored.spec).toBe(known.spec)
  expect(stored.status).toEqual({ lastSessionName: 'data-1' })
  const edited = { ...committed('data', 2), spec: committed('other').spec }
  expect(withPackedTemplate(edited, known).spec.jobTemplate).toEqual(template('other'))
  const successor = { ...edited, metadata: { ...edited.metadata, uid: 'successor', generation: 1 } }
  expect(withPackedTemplate(successor, known).spec.jobTemplate).toEqual(template('other'))
})

test('a configuration without a template stays as it is', () => {
  const { jobTemplate: _, ...spec } = configuration().spec
  expect(withPackedTemplate({ ...configuration(), spec }).spec).toEqual(spec)
})
