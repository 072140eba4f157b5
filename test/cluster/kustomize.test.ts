import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { synthFleet } from '../../constructs/index.js'
import { fleet } from '../constructs/synth/team-fleet.js'
import { inTemporaryFolder, textsIn } from '../constructs/synth/written.js'

interface Named {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

const identity = ({ kind, metadata }: Named) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`
const objectsIn = (text: string) => parseAllDocuments(text).map(document => document.toJS() as Named)

test('kubectl builds every kustomization of the namespaces layout, and misses no object of a namespace', () => {
  inTemporaryFolder(outdir => {
    synthFleet(fleet({ shop: 40, mall: 160 }), { outdir, layout: 'namespaces', team: 'team' })
    const texts = textsIn(outdir)
    const paths = Object.keys(texts).filter(path => path.endsWith('.yaml'))
    const folders = paths.filter(path => path.endsWith('kustomization.yaml')).map(path => dirname(path))
    const manifests = paths.filter(path => !path.endsWith('kustomization.yaml'))
    // Every folder that holds sub-folders, and a few of the others: each takes kubectl a tenth of a second.
    const roots = folders.filter(folder => !manifests.some(path => dirname(path) === folder))
    const built = roots.map(folder => ({
      folder,
      objects: objectsIn(execFileSync('kubectl', ['kustomize', join(outdir, folder)], { encoding: 'utf8' })),
    }))
    for (const { objects } of built) expect(objects.length).toBeLessThanOrEqual(300)
    const wanted = manifests.flatMap(path => objectsIn(texts[path] ?? '')).map(identity)
    const found = new Set(built.flatMap(({ objects }) => objects.map(identity)))
    expect([...found].sort()).toEqual([...new Set(wanted)].sort())
  })
}, 120_000)
