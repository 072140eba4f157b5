import { describe, expect, test } from '@jest/globals'
import { kinds } from '../../lib/api/kinds.js'
import type { KindDefinition } from '../../lib/schema/crd.js'
import { validateObject } from '../../lib/schema/validate.js'
import { type Fixture, fixtures } from './fixtures.js'
import { isConstant, type Leaf, leavesOf, valueAt } from './leaf-paths.js'
import { mutated } from './other-value.js'
import { momentsOf, type Specs } from './scenarios.js'
import { outcomeOf } from './world.js'

const specOf = ({ kind, specs }: Fixture): unknown => specs[kind]
const covers = (fixture: Fixture, leaf: Leaf) =>
  (fixture.only === undefined || leaf.keys[0] === fixture.only) && valueAt(specOf(fixture), leaf) !== undefined
const ofKind = (kind: string) => fixtures.filter(fixture => fixture.kind === kind)
const leaves = (definition: KindDefinition) => leavesOf(definition).filter(leaf => !isConstant(leaf))

const outcomes = (specs: Specs) => Promise.all(momentsOf(specs).map(outcomeOf))

/** Whether any moment in the life of the fixture’s policy goes another way when one leaf has another value. */
async function matters(definition: KindDefinition, fixture: Fixture, leaf: Leaf, before: string[]): Promise<boolean> {
  const spec = mutated(definition, specOf(fixture), leaf)
  if (spec === undefined) return false
  for (const [index, moment] of momentsOf({ ...fixture.specs, [fixture.kind]: spec }).entries())
    if ((await outcomeOf(moment)) !== before[index]) return true
  return false
}

async function inertLeaves(definition: KindDefinition): Promise<string[]> {
  const worlds = await Promise.all(
    ofKind(definition.kind).map(async fixture => ({ fixture, before: await outcomes(fixture.specs) })),
  )
  const inert: string[] = []
  for (const leaf of leaves(definition)) {
    let matter = false
    for (const { fixture, before } of worlds)
      if (!matter && covers(fixture, leaf)) matter = await matters(definition, fixture, leaf, before)
    if (!matter) inert.push(leaf.path)
  }
  return inert
}

describe('every field of every kind does something', () => {
  test.each(kinds)('every field of a $kind has a value in some fixture', definition => {
    const missing = leaves(definition).filter(leaf => !ofKind(definition.kind).some(each => covers(each, leaf)))
    expect(missing.map(leaf => leaf.path)).toEqual([])
  })

  test.each(kinds)('the fixtures of a $kind are valid', definition => {
    const problems = ofKind(definition.kind).flatMap(each => validateObject(definition, { spec: specOf(each) }, ''))
    expect(problems).toEqual([])
  })

  test.each(kinds)('no field of a $kind is inert', async definition => {
    expect(await inertLeaves(definition)).toEqual([])
  })

  test('only fields with a single possible value are left out', () => {
    expect(
      kinds
        .flatMap(leavesOf)
        .filter(isConstant)
        .map(({ kind, path }) => `${kind} ${path}`),
    ).toEqual([
      'BackupConfiguration spec.target.ref.apiVersion',
      'BackupConfiguration spec.target.ref.kind',
      'BackupSession spec.invoker.apiGroup',
      'BackupSession spec.invoker.kind',
      'RestoreSession spec.target.ref.apiVersion',
      'RestoreSession spec.target.ref.kind',
    ])
  })
})
