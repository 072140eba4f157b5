import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { provenanceOf } from '../../scripts/provenance.mjs'
import { root } from '../house/source-file.js'

const sha256 = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) })

/** in-toto Statement v1 with a SLSA provenance v1 predicate: the fields that their specifications require, and ours. */
const statement = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.strictObject({ name: z.string().min(1), digest: sha256 })).length(1),
  predicateType: z.literal('https://slsa.dev/provenance/v1'),
  predicate: z.strictObject({
    buildDefinition: z.strictObject({
      buildType: z.url(),
      externalParameters: z.strictObject({
        source: z.strictObject({
          digest: z.strictObject({ gitCommit: z.string().regex(/^[0-9a-f]{40}$/) }),
          annotations: z.strictObject({ clean: z.boolean() }),
        }),
        containerfile: z.string(),
      }),
      resolvedDependencies: z.array(
        z.strictObject({
          name: z.string().min(1),
          uri: z.string().min(1).optional(),
          digest: sha256.optional(),
          mediaType: z.string().optional(),
          annotations: z.strictObject({ version: z.string().min(1) }).optional(),
        }),
      ),
    }),
    runDetails: z.strictObject({
      builder: z.strictObject({
        id: z.string(),
        builderDependencies: z.array(z.strictObject({ name: z.string(), digest: sha256 })),
      }),
    }),
  }),
})

const digestOf = (file: string) =>
  createHash('sha256')
    .update(readFileSync(join(root, file)))
    .digest('hex')
const facts = {
  ...{ id: 'a'.repeat(64), base: { name: 'docker.io/library/node:24', digest: 'b'.repeat(64) } },
  ...{ commit: 'c'.repeat(40), clean: false, packages: ['libc6 2.41-12', 'restic 0.18.0-1'] },
  programs: [`${'d'.repeat(64)} /usr/bin/restic restic 0.18.0 compiled with go1.24`],
}

describe('the provenance of an image', () => {
  const made = statement.parse(provenanceOf('registry.example/holdfast:1', facts))
  const { externalParameters, resolvedDependencies } = made.predicate.buildDefinition
  const dependency = (name: string) => resolvedDependencies.find(each => each.name === name)

  test('is an in-toto statement about that image, with the commit and whether the tree was clean', () => {
    expect(made.subject).toEqual([{ name: 'registry.example/holdfast:1', digest: { sha256: facts.id } }])
    expect(externalParameters.source).toEqual({ digest: { gitCommit: facts.commit }, annotations: { clean: false } })
    expect(dependency('base image')).toMatchObject({ uri: facts.base.name, digest: { sha256: facts.base.digest } })
  })

  test('names what lies in the image by its digest: bundles, bill of materials, lock file, programs', () => {
    const bundles = ['agent.cjs', 'controller.cjs', 'client-node.cjs'].map(name => `build/bundle/${name}`)
    for (const file of [...bundles, 'build/sbom.cdx.json', 'package-lock.json', 'Containerfile'])
      expect(dependency(file)?.digest?.sha256).toBe(digestOf(file))
    const copied = /^COPY .*?(build\/bundle\/.*) \/opt/m.exec(readFileSync(join(root, 'Containerfile'), 'utf8'))?.[1]
    expect(copied?.split(' ')).toEqual(bundles)
    expect(dependency('/usr/bin/restic')).toMatchObject({ digest: { sha256: 'd'.repeat(64) } })
    expect(resolvedDependencies.filter(each => each.uri?.startsWith('pkg:deb/')).map(each => each.uri)).toEqual([
      'pkg:deb/debian/libc6@2.41-12',
      'pkg:deb/debian/restic@0.18.0-1',
    ])
  })
})

test('the bill of materials is CycloneDX 1.6: every part has an address and is a dependency of Holdfast', () => {
  const part = z.looseObject({ type: z.literal('library'), name: z.string(), purl: z.string(), 'bom-ref': z.string() })
  const bom = z
    .looseObject({
      bomFormat: z.literal('CycloneDX'),
      specVersion: z.literal('1.6'),
      metadata: z.looseObject({ component: z.looseObject({ name: z.literal('holdfast'), 'bom-ref': z.string() }) }),
      components: z.array(part).min(10),
      dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).optional() })),
    })
    .parse(JSON.parse(readFileSync(join(root, 'build/sbom.cdx.json'), 'utf8')))
  const own = bom.dependencies.find(each => each.ref === bom.metadata.component['bom-ref'])
  expect([...(own?.dependsOn ?? [])].sort()).toEqual(bom.components.map(each => each['bom-ref']).sort())
  for (const each of bom.components) expect(each.purl).toMatch(/^pkg:npm\/(%40[^/]+\/)?[^/@]+@[0-9]/)
})
