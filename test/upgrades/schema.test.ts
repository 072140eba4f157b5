import { describe, expect, test } from '@jest/globals'
import { kinds } from '../../lib/api/kinds.js'
import { toCustomResourceDefinition } from '../../lib/schema/crd.js'
import { acceptedNarrowings } from './accepted-narrowing.js'
import { type KeptDefinition, keptVersions, type ServedVersion } from './kept-version.js'
import { narrowings } from './narrowing.js'

const today = kinds.map(kind => toCustomResourceDefinition(kind) as unknown as KeptDefinition)
const ofToday = (kept: KeptDefinition) => today.find(({ metadata }) => metadata.name === kept.metadata.name)
const served = (versions: readonly ServedVersion[]) => versions.filter(({ served }) => served).map(({ name }) => name)

/** Every narrowing of a kept version’s definitions against today’s, by `Kind.field`. */
const found = keptVersions.flatMap(({ name, definitions }) =>
  definitions.flatMap(kept =>
    kept.spec.versions.flatMap(version => {
      const now = ofToday(kept)?.spec.versions.find(each => each.name === version.name)
      if (now === undefined) return []
      return narrowings(version.schema.openAPIV3Schema, now.schema.openAPIV3Schema).map(({ path, what }) => ({
        version: name,
        field: `${kept.spec.names.kind}${path}`,
        what,
      }))
    }),
  ),
)
const isAccepted = (each: { readonly field: string; readonly what: string }) =>
  acceptedNarrowings.filter(({ field, what }) => field.test(each.field) && what.test(each.what))

describe.each(keptVersions)('the definitions of version $name', ({ definitions }) => {
  test('are all there still, under the same names, in the same scope, in every version that was served', () => {
    for (const kept of definitions) {
      const now = ofToday(kept)
      expect(now?.spec.names).toMatchObject({ kind: kept.spec.names.kind, plural: kept.spec.names.plural })
      expect(now?.spec.names.shortNames).toEqual(expect.arrayContaining([...kept.spec.names.shortNames]))
      expect(now?.spec.scope).toBe(kept.spec.scope)
      expect(served(now?.spec.versions ?? [])).toEqual(expect.arrayContaining(served(kept.spec.versions)))
      for (const { name, subresources } of kept.spec.versions) {
        const status = now?.spec.versions.find(each => each.name === name)?.subresources?.status
        expect([kept.metadata.name, status]).toEqual([kept.metadata.name, subresources?.status])
      }
    }
  })
})

describe('what earlier definitions accepted, today’s accept', () => {
  test('but for what docs/upgrades.md gives a reason for', () => {
    const unmeant = found.filter(each => isAccepted(each).length === 0)
    expect(unmeant.map(({ version, field, what }) => `${version}: ${field}: ${what}`)).toEqual([])
  })

  test('and no reason stands there for what is not so', () => {
    const idle = acceptedNarrowings.filter(
      accepted => !found.some(({ field, what }) => accepted.field.test(field) && accepted.what.test(what)),
    )
    expect(idle).toEqual([])
  })

  test('in no status at all: a controller must be able to write what the one before it wrote', () => {
    expect(found.filter(({ field }) => /^\w+\.status/.test(field))).toEqual([])
  })
})
