import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { argoApplications } from '../../../cli/bootstrap/argocd.js'
import { fluxObjects } from '../../../cli/bootstrap/flux.js'
import { readLayout } from '../../../cli/bootstrap/layout.js'
import { sourceOf } from '../../../cli/bootstrap/source.js'
import { ask } from './engines.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-bootstrap-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function layoutOf(name: string, ...files: string[]) {
  for (const file of files) {
    const path = join(folder, name, file)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, '')
  }
  return readLayout(join(folder, name), 'holdfast')
}
const layouts = [
  layoutOf('flat', 'shop.k8s.yaml'),
  layoutOf('parts', ...['crds', 'system', 'shop', 'team/blog'].map(part => `${part}/kustomization.yaml`)),
]
const argo = { name: 'holdfast', namespace: 'argocd', project: 'default', destination: '' }
const flux = { name: 'holdfast', namespace: 'flux-system', secretName: 'key', interval: '10m' }

test.each(['https://git.example.com/a.git', 'oci://registry.example.com/a'])(
  'the types of Argo CD and Flux take everything that bootstrap writes for %s, field by field',
  repo => {
    const source = sourceOf(repo, 'main', 'dist')
    const objects = layouts.flatMap(layout => [
      ...argoApplications(layout, source, argo),
      ...fluxObjects(layout, source, flux),
    ])
    const answers = ask('bootstrap', objects)
    expect(answers).toHaveLength(1 + 2 + 3 + 5)
    expect(answers.filter(({ error }) => error !== '')).toEqual([])
  },
)

test('a field that they do not have is refused', () => {
  const [application] = argoApplications(
    layouts[0] ?? { kind: 'parts', definitions: [], system: [], policies: [], controllerNamespace: undefined },
    sourceOf('https://git.example.com/a.git', 'main', 'dist'),
    argo,
  )
  const [answer] = ask('bootstrap', [{ ...application, spec: { prune: true } }])
  expect(answer?.error).toContain('prune')
})
