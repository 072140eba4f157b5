import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { gitopsEngines } from './gitops-engines.mjs'
import { installTools } from './install-tools.mjs'
import { closingLine, ensureDependencies, jestCommand, jestCounts, run, step } from './step.mjs'
import { root, toolSearchPath } from './tools.mjs'

const results = join(root, 'build/results')
const report = join(results, 'cluster.json')

/** The context and server that a client would use now. As in kubectl, the first file that says something wins. */
async function currentContext() {
  const { parse } = await import('yaml')
  const files = (process.env.KUBECONFIG || join(homedir(), '.kube/config')).split(delimiter).filter(existsSync)
  if (files.length === 0) throw new Error('no cluster to test on: set KUBECONFIG to the file of a test cluster')
  const configs = files.map(file => parse(readFileSync(file, 'utf8')) ?? {})
  const name = configs.map(config => config['current-context']).find(value => value)
  if (name === undefined)
    throw new Error(`${files.join(', ')}: no current-context; say: kubectl config use-context NAME`)
  const context = configs.flatMap(config => config.contexts ?? []).find(entry => entry.name === name)?.context
  const cluster = configs.flatMap(config => config.clusters ?? []).find(entry => entry.name === context?.cluster)
  if (cluster === undefined) throw new Error(`${files.join(', ')}: context "${name}" names no cluster of these files`)
  return { name, server: cluster.cluster.server }
}

/** What stops the controller or the node: it runs after the others, and alone. */
const disruption = 'test/behaviour/disruption'
/** What kills the cluster's own programs: after all that it could disturb. */
const faults = 'test/cluster/faults/'
/** What compares the API server's audit log with what was granted: it reads what all others made happen. */
const grants = 'test/cluster/rbac'
/** Objects that tests delete, refuse and fill up; what replaces the control plane itself does so alone. */
const objects = 'test/cluster/objects/'
const controlPlane = 'test/cluster/objects/(definitions|upgrade)'
/** Name, arguments of jest, of each run when no file is asked for. */
const runs = [
  // The folder comes first: jest takes every word after that option for one more pattern.
  ['behaviour', ['test/behaviour/', '--maxWorkers=2', `--testPathIgnorePatterns=${disruption}`]],
  ['disruption', ['--runInBand', disruption]],
  [
    'cluster',
    ['--runInBand', '--passWithNoTests', 'test/cluster/', `--testPathIgnorePatterns=${faults}|${grants}|${objects}`],
  ],
  ['objects', [objects, '--maxWorkers=2', `--testPathIgnorePatterns=${controlPlane}`]],
  ['control-plane', ['--runInBand', controlPlane]],
  ['faults', ['--runInBand', faults]],
  ['grants', ['--runInBand', grants]],
]

/** One report out of several; a run that wrote none is a failed suite. */
function mergeReports(files) {
  const counts = ['numPassedTests', 'numFailedTests', 'numRuntimeErrorTestSuites']
  const merged = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, testResults: [] }
  for (const file of files) {
    const part = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { numRuntimeErrorTestSuites: 1 }
    for (const count of counts) merged[count] += part[count] ?? 0
    merged.testResults.push(...(part.testResults ?? []))
    rmSync(file, { force: true })
  }
  writeFileSync(report, JSON.stringify(merged))
}

async function runTests() {
  const env = { ...process.env, PATH: toolSearchPath(), HOLDFAST_BEHAVIOUR: 'cluster' }
  const asked = process.argv.slice(2)
  if (asked.length === 0) env.HOLDFAST_SUITE_BEGAN = new Date().toISOString()
  const wanted = asked.length > 0 ? [['asked', ['--runInBand', ...asked]]] : runs
  const files = wanted.map(([name]) => join(results, `cluster-${name}.json`))
  let passed = true
  for (const [index, [name, args]] of wanted.entries()) {
    const all = [...jestCommand, '--json', `--outputFile=${files[index]}`, ...args]
    passed = (await step(`${name}, on the cluster`, () => run(process.execPath, all, { env }))) && passed
  }
  mergeReports(files)
  return passed
}

async function main() {
  mkdirSync(results, { recursive: true })
  rmSync(report, { force: true })
  const ready = await step('dependencies and tools', async () => {
    ensureDependencies()
    installTools({ tests: true })
    gitopsEngines()
    const { name, server } = await currentContext()
    process.stdout.write(`tests create and delete objects in context "${name}" at ${server}\n`)
    return 0
  })
  const passed = ready && (await runTests())
  closingLine(jestCounts(report))
  return passed ? 0 : 1
}

process.exitCode = await main()
