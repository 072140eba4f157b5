import type { WantedFile } from '../../../constructs/synth/file-changes.js'

const file = (path: string, text: string, base: WantedFile['base'] = 'output'): WantedFile => ({
  base,
  path,
  content: Buffer.from(text),
  construct: path,
})

/** What a folder holds first. */
export const oldFiles = [
  file('a.k8s.yaml', 'a: 1\n'),
  file('same.k8s.yaml', 'same: 1\n'),
  file('gone/b.yaml', 'b: 1\n'),
  file('holdfast.lock', 'one\n', 'project'),
]

/** What it is to hold next: one file changed, one new in a new folder, one gone with its folder, one beside it. */
export const newFiles = [
  file('a.k8s.yaml', 'a: 2\n'),
  file('same.k8s.yaml', 'same: 1\n'),
  file('fresh/deep/c.yaml', 'c: 1\n'),
  file('holdfast.lock', 'two\n', 'project'),
]
