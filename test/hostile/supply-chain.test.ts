import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { root } from '../house/source-file.js'

const json = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'))

interface Bom {
  readonly components: readonly {
    readonly name: string
    readonly group?: string
    readonly version: string
    readonly purl: string
    readonly hashes: readonly { readonly content: string }[]
    readonly licenses: readonly { readonly expression: string }[]
    readonly properties: readonly { readonly value: string }[]
  }[]
}
const bom = json('build/sbom.cdx.json') as Bom
const inputs = json('build/bundle-inputs.json') as Record<string, readonly string[]>
const lock = json('package-lock.json') as { packages: Record<string, { version: string; integrity?: string }> }

/** Licences under which Holdfast may ship a part. */
const known = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Python-2.0', 'BlueOak-1.0.0']

describe('the bill of materials', () => {
  test('names every package that lies in a shipped bundle, with version, digest and licence', () => {
    const folders = [...new Set(Object.values(inputs).flat())]
    expect(folders.length).toBeGreaterThan(10)
    const names = bom.components.map(
      each => `${each.group === undefined ? '' : `${each.group}/`}${each.name}@${each.version}`,
    )
    const wanted = folders.map(folder => `${folder.split('node_modules/').at(-1)}@${lock.packages[folder]?.version}`)
    expect([...names].sort()).toEqual([...new Set(wanted)].sort())
    for (const { hashes } of bom.components) expect(hashes[0]?.content).toMatch(/^[0-9a-f]{128}$/)
    const licences = bom.components.flatMap(each => each.licenses.map(licence => licence.expression))
    expect(licences).toHaveLength(bom.components.length)
    expect(licences.filter(licence => !known.includes(licence.replace(/[()]/g, '').split(' OR ')[0] ?? ''))).toEqual([])
  })

  test.each(['agent.cjs', 'controller.cjs', 'client-node.cjs'])('says what of it lies in %s', bundle => {
    const text = readFileSync(join(root, 'build/bundle', bundle), 'utf8')
    const inside = bom.components.filter(each => each.properties.some(({ value }) => value === bundle))
    expect(inside.length).toBe(inputs[bundle]?.length)
    expect(text.length).toBeGreaterThan(1000)
  })

  test('has the digests of the lock file', () => {
    const digests = new Set(bom.components.flatMap(each => each.hashes.map(hash => hash.content)))
    const folder = 'node_modules/zod'
    const sha512 = Buffer.from(lock.packages[folder]?.integrity?.slice(7) ?? '', 'base64').toString('hex')
    expect(digests).toContain(sha512)
    expect(sha512).toHaveLength(128)
  })
})

test('every package of a bundle is pinned to a version and to its bytes', () => {
  const loose = Object.values(inputs)
    .flat()
    .filter(folder => !/^sha512-/.test(lock.packages[folder]?.integrity ?? ''))
  expect(loose).toEqual([])
})
