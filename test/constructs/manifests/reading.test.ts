import { describe, expect, test } from '@jest/globals'
import { readManifestFiles } from '../../../constructs/manifest-files.js'
import { claimYaml, withFiles } from './manifest-folder.js'

/** Names of the objects, each with its position below the folder. */
function read(files: Readonly<Record<string, string | Buffer>>, exclude: readonly string[] = []) {
  return withFiles(files, folder => {
    const { manifests, problems } = readManifestFiles([folder], { exclude: exclude.map(each => `${folder}/${each}`) })
    const below = (text = '') => text.replaceAll(`${folder}/`, '').replaceAll(folder, '.')
    return {
      objects: manifests.map(({ object, position }) => `${object.kind} ${object.metadata.name} ${below(position)}`),
      problems: problems.map(each => ({
        ...each,
        object: below(each.object),
        message: below(each.message),
        source: below(each.source),
      })),
      manifests,
    }
  })
}

describe('manifests that people and tools write', () => {
  test('are found in every document of every file, in the order of names, each with its position', () => {
    const { objects, problems } = read({
      'b/two.yml': `# comment\n---\n${claimYaml('a')}---\n\n# Source: chart/templates/b.yaml\n${claimYaml('b')}...\n`,
      'a.yaml': claimYaml('first'),
      'c.json': JSON.stringify(
        { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'json' } },
        undefined,
        2,
      ),
    })
    expect(problems).toEqual([])
    expect(objects).toEqual([
      'PersistentVolumeClaim first a.yaml:1:1',
      'PersistentVolumeClaim a b/two.yml:3:1',
      'PersistentVolumeClaim b b/two.yml:11:1',
      'PersistentVolumeClaim json c.json:1:1',
    ])
  })

  test('are unwrapped from lists, also of one kind, and each item has its own position', () => {
    const item = (name: string) => `- apiVersion: v1\n  kind: PersistentVolumeClaim\n  metadata: {name: ${name}}\n`
    const { objects } = read({
      'list.yaml': `apiVersion: v1\nkind: List\nitems:\n${item('a')}${item('b')}`,
      'typed.yaml': 'apiVersion: v1\nkind: PersistentVolumeClaimList\nitems:\n  - metadata: {name: c}\n',
    })
    expect(objects).toEqual([
      'PersistentVolumeClaim a list.yaml:4:3',
      'PersistentVolumeClaim b list.yaml:7:3',
      'PersistentVolumeClaim c typed.yaml:4:5',
    ])
  })

  test('are told from other YAML, which is left out without a word', () => {
    const { objects, problems } = read({
      'values.yaml': 'replicas: 3\nimage: {tag: !secret x}\nimage2: !Ref y\n',
      'kustomization.yaml': 'resources: [claim.yaml]\n',
      '.sops.yaml': 'creation_rules: []\n',
      'empty.yaml': '',
      'comment.yaml': '# nothing\n---\n',
      'Chart.yaml': 'apiVersion: v2\nname: shop\n',
      'package-lock.json': '{"lockfileVersion": 3}',
      'node_modules/x/claim.yaml': claimYaml('never'),
      '.git/claim.yaml': claimYaml('never'),
      'notes.txt': claimYaml('never'),
      'claim.yaml': claimYaml('a'),
    })
    expect(problems).toEqual([])
    expect(objects).toEqual(['PersistentVolumeClaim a claim.yaml:1:1'])
  })

  test('mean what kubectl takes them for', () => {
    const values = 'x: [yes, n, 010, 0o10, 0x1F, 1_000, "yes", 1:30, 2027-06-30, 089, .inf, ~, 1e3, !foo 12, !!str 7]'
    const { manifests } = read({ 'a.yaml': `${claimYaml('a')}${values}\nbase: &b {k: 1}\nmerged: {<<: *b, l: 2}\n` })
    expect(manifests[0]?.object).toMatchObject({
      x: [true, false, 8, 8, 31, 1000, 'yes', '1:30', '2027-06-30', 89, '.inf', null, 1000, '12', '7'],
      merged: { k: 1, l: 2 },
    })
  })

  test('lose the values of their Secrets, and keep the names', () => {
    const secret = (data: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\n${data}`
    const { manifests, problems } = read({
      'secret.yaml': secret('data: {password: aHVudGVyMg==}\nstringData: {user: hunter2}\n'),
      'sops.yaml': secret('stringData: {a: "ENC[AES256_GCM,data:xyz]"}\nsops: {mac: "ENC[x]"}\n'),
      'broken.yaml': secret('stringData: {user: hunter2\n'),
    })
    expect(manifests.map(({ object }) => [object['data'], object['stringData']])).toEqual([
      [{ password: '' }, { user: '' }],
      [undefined, { a: '' }],
    ])
    expect(JSON.stringify([manifests, problems])).not.toMatch(/hunter2|aHVudGVyMg|AES256/)
    expect(problems).toMatchObject([{ code: 'HF5001', object: 'broken.yaml' }])
  })
})

describe('folders that another program turns into objects', () => {
  test('a chart is named once, and its templates are not tried', () => {
    const { objects, problems } = read({
      'chart/Chart.yaml': 'apiVersion: v2\nname: shop\n',
      'chart/templates/a.yaml': 'metadata:\n  name: {{ .Release.Name }}\n{{- if x }}\n',
      'chart/charts/sub/templates/b.yaml': '{{ nothing }}\n',
      'chart/crds/crd.yaml': claimYaml('plain'),
      'a.yaml': claimYaml('a'),
    })
    expect(objects).toEqual([
      'PersistentVolumeClaim a a.yaml:1:1',
      'PersistentVolumeClaim plain chart/crds/crd.yaml:1:1',
    ])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ code: 'HF5004', object: 'chart', source: 'chart/Chart.yaml:1:1' })
    expect(problems[0]?.message).toContain('helm template chart')
  })

  test('a kustomization that changes its files is named once, and excluding it helps', () => {
    const files = {
      'base/kustomization.yaml': 'resources: [claim.yaml]\nimages: []\n',
      'base/claim.yaml': claimYaml('a'),
      'overlay/kustomization.yaml': 'resources: [../base]\nnamePrefix: prod-\n',
      'overlay/patches/claim.yaml': claimYaml('a'),
    }
    const { objects, problems } = read(files)
    expect(objects).toEqual(['PersistentVolumeClaim a base/claim.yaml:1:1'])
    expect(problems).toMatchObject([{ code: 'HF5004', object: 'overlay', source: 'overlay/kustomization.yaml:1:1' }])
    expect(problems[0]?.message).toMatch(/namePrefix.*kubectl kustomize overlay/)
    expect(read(files, ['overlay']).problems).toEqual([])
  })
})
