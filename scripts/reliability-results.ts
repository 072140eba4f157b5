import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { grouped } from '../lib/grouped.js'
import { type PromiseTests, promises } from '../test/promises.js'

/** How many tests of a place passed and failed. */
export interface Count {
  readonly passed: number
  readonly failed: number
}

/** What one promise's tests did, by file. */
export interface PromiseResults {
  readonly number: number
  readonly promise: string
  readonly files: Readonly<Record<string, Count>>
}

/** The results of the suites' last runs, as the page on reliability tells them. */
export interface ReliabilityResults {
  /** By suite: sandbox, faults, cluster. */
  readonly suites: Readonly<Record<string, Count>>
  readonly promises: readonly PromiseResults[]
  /** By suite: what it counted itself. */
  readonly figures: Readonly<Record<string, Readonly<Record<string, number | string>>>>
}

interface TestResult {
  readonly file: string
  readonly name: string
  readonly passed: boolean
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

const suites = ['sandbox', 'faults', 'cluster']

/**
 * Reads the reports of jest and the figures below `folder`.
 * @throws Error when a suite was not run, or a promise has a row that chooses no test.
 */
export function readReliabilityResults(root: string, folder: string): ReliabilityResults {
  const bySuite = Object.fromEntries(suites.map(name => [name, testsOf(root, join(folder, `${name}.json`))]))
  const tests = Object.values(bySuite).flat()
  return {
    suites: Object.fromEntries(Object.entries(bySuite).map(([name, list]) => [name, countOf(list)])),
    promises: promises.map(each => resultsOf(each, tests)),
    figures: figuresBelow(join(folder, 'figures')),
  }
}

function testsOf(root: string, file: string): TestResult[] {
  if (!existsSync(file)) throw new Error(`${file} does not exist: run that suite first`)
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({
      file: relative(root, name),
      name: fullName,
      passed: status === 'passed',
    })),
  )
}

function countOf(tests: readonly TestResult[]): Count {
  const passed = tests.filter(each => each.passed).length
  return { passed, failed: tests.length - passed }
}

function resultsOf({ number, promise, tests: rows }: PromiseTests, all: readonly TestResult[]): PromiseResults {
  const chosen = new Set<TestResult>()
  for (const { under, named } of rows) {
    const found = all.filter(each => each.file.startsWith(under) && (named?.test(each.name) ?? true))
    if (found.length === 0) throw new Error(`promise ${number}: no test of ${under} ${named ?? ''} was run`)
    for (const each of found) chosen.add(each)
  }
  const byFile = grouped(chosen, each => each.file)
  const files = [...byFile].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, list]) => [file, countOf(list)] as const)
  return { number, promise, files: Object.fromEntries(files) }
}

function figuresBelow(folder: string): ReliabilityResults['figures'] {
  if (!existsSync(folder)) return {}
  const names = readdirSync(folder).filter(name => name.endsWith('.json'))
  return Object.fromEntries(
    names.sort().map(name => [basename(name, '.json'), JSON.parse(readFileSync(join(folder, name), 'utf8'))]),
  )
}
