import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from '@jest/globals'
import { constructObjects, isDefinition } from './construct-objects.js'
import { objectsIn, sorted, WrittenDistribution } from './written-distribution.js'

const distribution = new WrittenDistribution()
afterAll(() => distribution.remove())

const objectsOf = (file: string) => objectsIn(readFileSync(distribution.path('install', file), 'utf8'))

test('the two files of plain YAML hold exactly the objects of the construct', () => {
  const all = [...objectsOf('crds.yaml'), ...objectsOf('holdfast.yaml')]
  expect(sorted(all)).toEqual(sorted(constructObjects()))
})

test('no object needs a kind that its own file defines, so that each file is applied in one go', () => {
  expect(objectsOf('crds.yaml').every(isDefinition)).toBe(true)
  expect(objectsOf('holdfast.yaml').some(isDefinition)).toBe(false)
})
