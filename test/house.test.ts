import { existsSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { cycles, importGraph, reachablePackages } from './house/import-graph.js'
import {
  brokenRules,
  isOurs,
  layers,
  namedFolders,
  neverPublic,
  packageOf,
  publicEntries,
  publishedRooms,
} from './house/layers.js'
import { projectTexts } from './house/project-text.js'
import { filesBelow, readSource, root } from './house/source-file.js'

const rooms = ['lib', 'constructs', 'runtime', 'sandbox', 'testing', 'cli', 'examples', 'bench', 'test']
const standing = rooms.filter(room => existsSync(join(root, room)))
const files = standing.flatMap(room => filesBelow(room, ['.ts'])).map(readSource)
const scripts = filesBelow('scripts', ['.mjs', '.mts', '.ts'])
const graph = importGraph(files)

describe('the rooms of the house', () => {
  test.each(layers)('$layer does not import $mayNotImport', rule => {
    expect(brokenRules(files, [rule])).toEqual([])
  })

  test('every folder that a rule names is there', () => {
    expect(namedFolders().filter(folder => !existsSync(join(root, folder)))).toEqual([])
  })

  test('no file imports itself through others', () => {
    expect(cycles(graph)).toEqual([])
  })

  test.each(publicEntries)('%s never loads the Kubernetes client or the metrics client', entry => {
    expect(graph.has(entry)).toBe(true)
    const reached = reachablePackages(graph, entry)
    const forbidden = [...reached].filter(([name]) => neverPublic.some(banned => packageOf(name) === banned))
    expect(forbidden).toEqual([])
  })

  test('what is published imports only packages that an install brings', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const brought = Object.keys({ ...dependencies, ...peerDependencies })
    const published = files.filter(({ path }) => publishedRooms.some(room => path.startsWith(room)))
    const packages = published.flatMap(({ path, imports }) =>
      imports.map(({ target }) => ({ path, target })).filter(({ target }) => !isOurs(target)),
    )
    const missing = packages.filter(({ target }) => !target.startsWith('node:') && !brought.includes(packageOf(target)))
    expect(missing).toEqual([])
  })
})

describe('the files of the house', () => {
  test('no file is longer than 300 lines', () => {
    const script = scripts.map(path => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n').length - 1 }))
    expect(
      [...files, ...script].filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path}: ${lines}`),
    ).toEqual([])
  })

  test('every file is named after a noun of the field', () => {
    const vague = /^(utils?|helpers?|common|managers?|data|misc)$/
    const parts = [...files.map(({ path }) => path), ...scripts].filter(path =>
      path.split('/').some(part => vague.test(basename(part, extname(part)))),
    )
    expect(parts).toEqual([])
  })

  test('file names are in kebab-case', () => {
    const kebab = /^[a-z0-9]+([-.][a-z0-9]+)*\.ts$/
    expect(files.map(({ path }) => path).filter(path => !kebab.test(basename(path)))).toEqual([])
  })

  test('there is no default export', () => {
    expect(files.filter(file => file.hasDefaultExport).map(({ path }) => path)).toEqual([])
  })

  test('index files list names and nothing else', () => {
    const indexes = files.filter(({ path }) => basename(path) === 'index.ts')
    expect(indexes.filter(file => !file.onlyReExports).map(({ path }) => path)).toEqual([])
  })

  test('relative imports name the file that will run', () => {
    const strange = files.flatMap(({ path, imports }) =>
      imports
        .map(({ target }) => target)
        .filter(
          target =>
            /^(lib|constructs|runtime|sandbox|testing|cli|test|examples|bench)\//.test(target) && !isOurs(target),
        )
        .map(target => `${path}: ${target}`),
    )
    expect(strange).toEqual([])
  })

  test('no test is skipped, focused or left for later', () => {
    const soft = /\b(it|test|describe)(\.\w+)*\.(skip|only|todo|failing)\b|\b[xf](it|test|describe)\(|\bretryTimes\(/
    const tests = files.filter(({ path }) => path.endsWith('.test.ts'))
    expect(tests.filter(({ text }) => soft.test(text)).map(({ path }) => path)).toEqual([])
  })

  test('no file names a path of one machine or the host of a package registry', () => {
    const machine = /(^|[^A-Za-z0-9._/-])\/(work|farm|root)\//m
    const registry = /registry\.npmjs|proxy\.golang|deb\.debian|pypi\.org/
    const leaks = projectTexts().filter(({ text }) => machine.test(text) || registry.test(text))
    expect(leaks.map(({ path }) => path)).toEqual([])
  })
})
