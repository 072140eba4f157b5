import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../scripts/tools.mjs'
import type { GitRepository } from './git-repository.js'

/** Manifests as a repository may hold them, and a change of them: one policy leaves, and one pauses. */
export interface Layout {
  readonly name: 'files beside each other' | 'a folder per namespace'
  fill(repository: GitRepository): void
  /** Policies by namespace and name. */
  readonly leaving: { readonly namespace: string; readonly name: string }
  readonly pausing: { readonly namespace: string; readonly name: string }
  change(repository: GitRepository): void
}

const paused = (text: string) => text.replace(/^ {2}paused: false$/m, '  paused: true')
const flat = ['holdfast-system', 'shop', 'blog']

/** The example of this project: files beside each other. */
const whole: Layout = {
  name: 'files beside each other',
  fill(repository) {
    for (const name of flat) repository.copy(join(root, `dist/${name}.k8s.yaml`), `dist/${name}.k8s.yaml`)
  },
  leaving: { namespace: 'blog', name: 'uploads' },
  pausing: { namespace: 'shop', name: 'orders' },
  change(repository) {
    repository.remove('dist/blog.k8s.yaml')
    repository.edit('dist/shop.k8s.yaml', paused)
  },
}

/** The example of a company’s repository, with the control plane of this project’s example. */
const parts: Layout = {
  name: 'a folder per namespace',
  fill(repository) {
    const synth = [
      'synth',
      join(root, 'examples/main.ts'),
      '--layout',
      'namespaces',
      '-o',
      join(repository.folder, 'dist'),
    ]
    execFileSync(process.execPath, ['--import', 'tsx', join(root, 'cli/main.ts'), ...synth], { cwd: root })
    for (const namespace of ['shop', 'blog']) repository.remove(`dist/${namespace}`)
    for (const namespace of ['shop', 'blog', 'archive'])
      repository.copy(join(root, 'examples/fleet/dist', namespace), `dist/${namespace}`)
  },
  leaving: { namespace: 'shop', name: 'carts' },
  pausing: { namespace: 'shop', name: 'orders' },
  change(repository) {
    repository.remove('dist/shop/carts')
    repository.edit('dist/shop/kustomization.yaml', text => text.replace(/^\s*- carts\n/m, ''))
    repository.edit('dist/shop/orders/backupconfiguration.orders.holdfast.dev.yaml', paused)
  },
}

export const layouts: readonly Layout[] = [whole, parts]
