import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse, parseAllDocuments } from 'yaml'
import { Terminal } from '../../cli/display/terminal.js'
import { program } from '../../cli/program.js'
import { kinds } from '../../lib/api/kinds.js'
import { inFolder } from './command.js'

const repo = ['--repo', 'https://git.example.com/team/backups.git']

async function printed(...args: string[]): Promise<string> {
  let text = ''
  const terminal = new Terminal({ write: (part: string) => (text += part) }, {})
  await program(terminal, new AbortController().signal).parseAsync(['bootstrap', ...args], { from: 'user' })
  return text
}

interface Written {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly finalizers?: readonly string[] }
  readonly spec: Record<string, unknown>
}

const objects = async (...args: string[]): Promise<Written[]> =>
  parseAllDocuments(await printed(...args)).map(document => document.toJS() as Written)

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

const deployment = 'kind: Deployment\nmetadata:\n  name: holdfast-controller\n  namespace: backups\n'
const flat = { 'holdfast-system.k8s.yaml': deployment, 'shop.k8s.yaml': 'kind: Repository\n' }
const kustomizations = (...parts: string[]) =>
  Object.fromEntries(parts.map(part => [`${part}/kustomization.yaml`, 'resources: []\n']))
const parts = kustomizations('crds', 'crds/holdfast.dev', 'system', 'shop', 'shop/orders', 'team/blog')

describe('for Argo CD', () => {
  test('nothing waits for a policy to be well: a failed or a paused one would hold up all pruning', () =>
    inFolder(async folder => {
      write(folder, flat)
      const [only] = await objects('argocd', folder, ...repo, '--path', 'dist')
      expect(only?.spec).toMatchObject({ syncPolicy: { syncOptions: ['ServerSideApply=true'] } })
    }))

  test('files beside each other are one Application, which prunes and never deletes its objects with itself', () =>
    inFolder(async folder => {
      write(folder, flat)
      const [only, ...others] = await objects('argocd', folder, ...repo, '--path', 'dist', '--revision', 'v1.2.0')
      expect(others).toEqual([])
      expect(only?.metadata).toEqual({ name: 'holdfast', namespace: 'argocd' })
      expect(only?.spec).toMatchObject({
        source: { repoURL: repo[1], path: 'dist', targetRevision: 'v1.2.0' },
        syncPolicy: { automated: { prune: true, selfHeal: true } },
      })
    }))

  test('definitions and control plane come as one Application before those of the namespaces', () =>
    inFolder(async folder => {
      write(folder, parts)
      const [system, ...policies] = await objects('argocd', folder, ...repo, '--path', 'deploy/')
      expect(system?.spec['sources']).toMatchObject([{ path: 'deploy/crds' }, { path: 'deploy/system' }])
      expect(system?.metadata).toMatchObject({ annotations: { 'argocd.argoproj.io/sync-wave': '-1' } })
      expect(policies.map(({ metadata, spec }) => [metadata.name, spec['source']])).toEqual([
        ['holdfast-shop', expect.objectContaining({ path: 'deploy/shop' })],
        ['holdfast-team-blog', expect.objectContaining({ path: 'deploy/team/blog' })],
      ])
    }))

  test('the health checks are entries of its ConfigMap, one for each kind', async () => {
    const { data } = parse(await printed('argocd-health')) as { data: Record<string, string> }
    const keys = kinds.map(({ kind }) => `resource.customizations.health.holdfast.dev_${kind}`)
    expect(Object.keys(data).sort()).toEqual(keys.sort())
  })
})

describe('for Flux', () => {
  const order = (written: readonly Written[]) =>
    written.flatMap(({ kind, metadata, spec }) =>
      kind === 'Kustomization' ? [[metadata.name, spec['path'], spec['dependsOn'], spec['wait']]] : [],
    )

  test('the control plane waits for the definitions, policies for the controller, and nothing for a backup or a claim', () =>
    inFolder(async folder => {
      write(folder, { ...parts, 'system/system/holdfast.k8s.yaml': deployment })
      const written = await objects('flux', folder, ...repo, '--path', '.')
      expect(written[2]?.spec).toMatchObject({ healthChecks: [{ name: 'holdfast-controller', namespace: 'backups' }] })
      expect(order(written)).toEqual([
        ['holdfast-crds', './crds', undefined, true],
        ['holdfast-system', './system', [{ name: 'holdfast-crds' }], false],
        ['holdfast-shop', './shop', [{ name: 'holdfast-system' }], false],
        ['holdfast-team-blog', './team/blog', [{ name: 'holdfast-system' }], false],
      ])
    }))

  test('files beside each other are one Kustomization, healthy with the controller among them', () =>
    inFolder(async folder => {
      write(folder, flat)
      const written = await objects('flux', folder, ...repo, '--path', 'dist')
      expect(order(written)).toEqual([['holdfast', './dist', undefined, false]])
      expect(written[1]?.spec).toMatchObject({
        prune: true,
        deletionPolicy: 'Orphan',
        healthChecks: [{ kind: 'Deployment', name: 'holdfast-controller', namespace: 'backups' }],
      })
    }))

  test.each([
    ['a branch', [...repo], 'GitRepository', { branch: 'main' }],
    ['a tag', [...repo, '--revision', 'refs/tags/v1'], 'GitRepository', { name: 'refs/tags/v1' }],
    ['a commit', [...repo, '--revision', 'a'.repeat(40)], 'GitRepository', { commit: 'a'.repeat(40) }],
    ['an artifact', ['--repo', 'oci://r.example.com/b', '--revision', '1.2'], 'OCIRepository', { tag: '1.2' }],
    ['a place over SSH, which Flux reads as a URL only', ['--repo', 'git@g.example.com:a/b.git'], 'GitRepository', {}],
  ])('the source is %s', (_what, args, kind, ref) =>
    inFolder(async folder => {
      write(folder, flat)
      const [source] = await objects('flux', folder, '--path', 'dist', '--secret-name', 'key', ...args)
      const url = args[1] === 'git@g.example.com:a/b.git' ? 'ssh://git@g.example.com/a/b.git' : args[1]
      expect(source).toMatchObject({ kind, spec: { url, ref, secretRef: { name: 'key' } } })
    }),
  )
})

describe('what cannot be handed over is refused', () => {
  test('a folder without manifests, with the command that writes them', () =>
    inFolder(async folder => {
      await expect(printed('flux', folder, ...repo, '--path', 'dist')).rejects.toThrow('holdfast synth -o')
    }))

  test('a folder that mixes both layouts, with the place of the other one', () =>
    inFolder(async folder => {
      write(folder, { ...flat, ...kustomizations('shop') })
      await expect(printed('argocd', folder, ...repo, '--path', 'dist')).rejects.toThrow('in shop, a kustomization')
    }))

  test('a folder that is none of the repository', () =>
    inFolder(async folder => {
      write(folder, flat)
      await expect(printed('argocd', folder, ...repo)).rejects.toThrow('--path')
    }))

  test.each([
    'https://me:hunter2@git.example.com/a.git',
    'https://hunter2@git.example.com/a.git',
    'https://me:hunter2/x@git.example.com/a.git',
    'ssh://me:hunter2@git.example.com/a.git',
    'oci://me:hunter2@registry.example.com/a',
  ])('an address with a credential in it: %s', repository =>
    inFolder(async folder => {
      write(folder, flat)
      const refused = printed('flux', folder, '--repo', repository, '--path', 'dist')
      await expect(refused).rejects.toThrow(/^(?!.*hunter2).*holds a password or token/s)
    }),
  )

  test('names and durations that the tool would refuse, all at once', () =>
    inFolder(async folder => {
      write(folder, flat)
      const refused = printed('flux', folder, ...repo, '--path', 'dist', '--name', 'Bad_Name', '--interval', 'banana')
      await expect(refused).rejects.toThrow(/--name 'Bad_Name'.*--interval 'banana'/s)
      const project = printed('argocd', folder, ...repo, '--path', 'dist', '--project', 'No Project')
      await expect(project).rejects.toThrow("--project 'No Project'")
    }))

  test('two folders whose names read alike, by giving each a name of its own', () =>
    inFolder(async folder => {
      write(folder, kustomizations('a/b-c', 'a-b/c'))
      const names = (await objects('argocd', folder, ...repo, '--path', 'dist')).map(({ metadata }) => metadata.name)
      expect(new Set(names).size).toBe(2)
      for (const name of names) expect(name).toMatch(/^holdfast-a-b-c-[0-9a-f]{8}$/)
    }))
})
