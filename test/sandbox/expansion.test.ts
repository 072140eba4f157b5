import { describe, expect, test } from '@jest/globals'
import { expand } from '../../sandbox/node/expansion.js'
import { rewritePaths } from '../../sandbox/node/path-rewriting.js'

const known = { A: 'x', B: '$(A)', '': 'empty' }

describe('$(NAME) in a pod', () => {
  test.each([
    ['$(A)', 'x'],
    ['a$(A)b$(A)', 'axbx'],
    ['$(B)', '$(A)'],
    ['$(NOPE)', '$(NOPE)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$x'],
    ['$$$$(A)', '$$(A)'],
    ['$A', '$A'],
    ['${A}', '${A}'],
    ['$(A', '$(A'],
    ['$', '$'],
    ['$$', '$'],
    ['$(A)$', 'x$'],
    ['price: $5 $(A)', 'price: $5 x'],
    ['', ''],
  ])('%j becomes %j', (input, output) => {
    expect(expand(input, known)).toBe(output)
  })
})

describe('a path in a text', () => {
  const pairs = [
    { from: '/data', to: '/v/1' },
    { from: '/data/inner', to: '/v/2' },
  ]

  test.each([
    ['/data', '/v/1'],
    ['cp /data/a /data/inner/b', 'cp /v/1/a /v/2/b'],
    ['--path=/data', '--path=/v/1'],
    ['["/data","/database"]', '["/v/1","/database"]'],
    ['/my/data /data.old /data-2 ./data', '/my/data /data.old /data-2 ./data'],
    ['echo x>/data/x;ls /data;', 'echo x>/v/1/x;ls /v/1;'],
  ])('is replaced at its boundaries only: %j becomes %j', (input, output) => {
    expect(rewritePaths(input, pairs)).toBe(output)
  })
})
