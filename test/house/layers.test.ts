import { describe, expect, test } from '@jest/globals'
import { cycles, importGraph, reachablePackages } from './import-graph.js'
import { brokenRules } from './layers.js'
import { parseSource } from './source-file.js'

const broken = (path: string, text: string) => brokenRules([parseSource(path, text)]).length

describe('the rules see what they forbid', () => {
  test.each([
    ['lib/a.ts', "import { readFileSync } from 'node:fs'"],
    ['lib/a.ts', "import type { Agent } from 'node:http'"],
    ['lib/a/b.ts', "export { Policy } from '../../constructs/policy.js'"],
    ['lib/a.ts', "export * from '../runtime/kube/client.js'"],
    ['lib/a.ts', "export const load = () => import('cdk8s')"],
    ['lib/a.ts', "export type Chart = import('cdk8s').Chart"],
    ['constructs/a.ts', "import { Registry } from 'prom-client'"],
    ['runtime/controller/a.ts', "import { KubeConfig } from '@kubernetes/client-node'"],
    ['runtime/agent/a.ts', "import { KubeConfig } from '@kubernetes/client-node/dist/config.js'"],
    ['sandbox/a.ts', "import { Queue } from '../runtime/controller/queue.js'"],
    ['cli/a.ts', "import { policy } from '../test/fixtures/policy.js'"],
    ['cli/report/page/a.ts', "import { report } from '../report.js'"],
  ])('%s: %s', (path, text) => {
    expect(broken(path, text)).toBe(1)
  })

  test.each([
    ['lib/a.ts', "import { createHash } from 'node:crypto'"],
    ['lib/a.ts', "import { b } from './b.js'"],
    ['constructs/a.ts', "import { Construct } from 'constructs'"],
    ['cli/report/page/a.ts', "import type { ReportContent } from '../content.js'"],
    ['runtime/kube/a.ts', "import { KubeConfig } from '@kubernetes/client-node'"],
    ['runtime/controller/a.ts', "import type { V1Job } from '@kubernetes/client-node'"],
    ['runtime/controller/a.ts', "import { type V1Job } from '@kubernetes/client-node'"],
  ])('%s may: %s', (path, text) => {
    expect(broken(path, text)).toBe(0)
  })
})

describe('the graph of imports', () => {
  const graph = importGraph([
    parseSource('lib/a.ts', "import { b } from './b.js'"),
    parseSource('lib/b.ts', "import type { C } from './c.js'"),
    parseSource('lib/c.ts', "import { a } from './a.js'\nimport { Registry } from 'prom-client'"),
    parseSource('lib/d.ts', "import { a } from './a.js'"),
  ])

  test('a cycle is found though one of its imports is of a type', () => {
    expect(cycles(graph)).toEqual(['lib/a.ts → lib/b.ts → lib/c.ts → lib/a.ts'])
  })

  test('a package is found through the files that lead to it', () => {
    expect([...reachablePackages(graph, 'lib/d.ts')]).toEqual([
      ['prom-client', 'lib/d.ts → lib/a.ts → lib/b.ts → lib/c.ts'],
    ])
  })
})

test('default exports and index files with code of their own are seen in each form', () => {
  expect(parseSource('lib/a.ts', 'export default 1').hasDefaultExport).toBe(true)
  expect(parseSource('lib/a.ts', 'export default class {}').hasDefaultExport).toBe(true)
  expect(parseSource('lib/a.ts', 'const a = 1\nexport { a as default }').hasDefaultExport).toBe(true)
  expect(parseSource('lib/index.ts', "export { a } from './a.js'\nexport type { B } from './b.js'").onlyReExports).toBe(
    true,
  )
  expect(parseSource('lib/index.ts', 'export const a = 1').onlyReExports).toBe(false)
})
