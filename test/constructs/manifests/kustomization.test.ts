import { describe, expect, test } from '@jest/globals'
import { readManifestFiles } from '../../../constructs/manifest-files.js'
import { formatProblem } from '../../../lib/problem.js'
import { claimYaml, withFiles } from './manifest-folder.js'

const objects = { 'a.yaml': claimYaml('a'), 'b.yaml': claimYaml('b') }

function complaints(files: Readonly<Record<string, string>>, place = '', exclude: string[] = []): string[] {
  return withFiles(files, folder => {
    const at = (path: string) => `${folder}/${path}`
    const { problems } = readManifestFiles([at(place)], { exclude: exclude.map(at) })
    return problems.map(problem => formatProblem(problem).replaceAll(`${folder}/`, ''))
  })
}

describe('a folder with a kustomization', () => {
  test.each([
    ['without apiVersion', 'kind: Kustomization\nnamePrefix: prod-\nresources: [a.yaml, b.yaml]\n'],
    ['after dashes', '---\nnamePrefix: prod-\nresources: [a.yaml, b.yaml]\n'],
    ['in flow style', '{namePrefix: prod-, resources: [a.yaml, b.yaml]}\n'],
    ['that cannot be read', 'namePrefix: [\n'],
    ['that is empty', '# nothing\n'],
  ])('is not taken for what is applied when it changes names %s', (_, kustomization) => {
    expect(complaints({ ...objects, 'kustomization.yaml': kustomization })).toContainEqual(
      expect.stringMatching(/^HF5004 .*is built by kustomize, which changes what lies there/),
    )
  })

  test('is read as it lies when it only lists', () => {
    expect(complaints({ ...objects, 'kustomization.yaml': 'resources:\n- ./a.yaml\n- b.yaml\n' })).toEqual([])
  })

  test('names the manifest that nobody lists: kustomize does not apply it', () => {
    expect(complaints({ ...objects, 'kustomization.yaml': 'resources: [a.yaml]\n' })).toEqual([
      expect.stringMatching(/^HF5004 b\.yaml: lies beside kustomization\.yaml, which does not list it/),
    ])
  })

  test('names a base that is applied and not read, unless it is excluded on purpose', () => {
    const files = { 'over/kustomization.yaml': 'resources: [../base]\n', 'base/b.yaml': claimYaml('b') }
    expect(complaints(files, 'over')).toEqual([
      expect.stringMatching(
        /^HF5002 over\/kustomization\.yaml: applies \.\.\/base, which is not read; give base as well/,
      ),
    ])
    expect(complaints(files)).toEqual([])
    expect(complaints(files, 'over', ['base'])).toEqual([])
  })

  test('may be one of Flux, which only has the same file name', () => {
    const flux = 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\n'
    expect(complaints({ ...objects, 'kustomization.yaml': flux })).toEqual([])
  })
})

describe('an object that decides over claims', () => {
  test.each([
    ['whose name is left to the API server', 'metadata: {generateName: a-}', /metadata\.generateName: leaves the name/],
    ['without metadata', 'spec: {}', /metadata\.name: is missing/],
    ['whose name is a placeholder', 'metadata: {name: "${cluster}-data"}', /metadata\.name: is "\$\{cluster\}-data"/],
    ['whose namespace holds a slash', 'metadata: {name: a, namespace: b/c}', /metadata\.namespace: is "b\/c"/],
    ['whose name would move the cursor', 'metadata: {name: "a\\e[2J"}', /metadata\.name: is "a\\u001b\[2J"/],
  ])('is a problem %s', (_, rest, message) => {
    const text = `apiVersion: v1\nkind: PersistentVolumeClaim\n${rest}\n`
    expect(complaints({ 'a.yaml': text })).toEqual([expect.stringMatching(message)])
  })

  test('is found behind a merge key, and inside text that only looks like a new document', () => {
    const merged = '<<: {apiVersion: v1, kind: PersistentVolumeClaim}\nmetadata: {name: a}\n'
    const apart = `metadata:\n  name: b\n  annotations:\n    a: "x\u2028--- y"\napiVersion: v1\nkind: PersistentVolumeClaim\n`
    withFiles({ 'a.yaml': merged, 'b.yaml': apart }, folder => {
      const { manifests, problems } = readManifestFiles([folder])
      expect(problems).toEqual([])
      expect(manifests.map(({ object }) => object.metadata.name)).toEqual(['a', 'b'])
    })
  })

  test('is found after the byte order mark of a file that was put behind another', () => {
    withFiles(
      { 'a.yaml': `\uFEFF${claimYaml('a')}---\n\uFEFF${claimYaml('b')}\uFEFF---\n${claimYaml('c')}` },
      folder => {
        const { manifests, problems } = readManifestFiles([folder])
        expect(problems).toEqual([])
        expect(manifests.map(({ object }) => object.metadata.name)).toEqual(['a', 'b', 'c'])
      },
    )
  })

  test('is in the namespace default when its own is empty, as for kubectl', () => {
    const text = `${claimYaml('a', '""')}---\n${claimYaml('b', 'null')}`
    withFiles({ 'a.yaml': text }, folder => {
      expect(readManifestFiles([folder]).manifests.map(({ object }) => object.metadata)).toEqual([
        { name: 'a' },
        { name: 'b' },
      ])
    })
  })
})
