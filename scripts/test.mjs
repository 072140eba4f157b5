import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installTools } from './install-tools.mjs'
import { kubeStateMetrics } from './kube-state-metrics.mjs'
import { bin, closingLine, ensureDependencies, jestCommand, jestCounts, run, step } from './step.mjs'
import { root, toolSearchPath } from './tools.mjs'

const results = join(root, 'build/results')
const report = join(results, 'sandbox.json')
const noCluster = join(results, 'no-cluster.yaml')

/** The environment of every child: our tools first, and no way to a Kubernetes that this machine may know. */
function environment() {
  const { KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT, ...rest } = process.env
  return { ...rest, PATH: toolSearchPath(), KUBECONFIG: noCluster, HOLDFAST_BEHAVIOUR: 'sandbox' }
}

function prepare() {
  mkdirSync(results, { recursive: true })
  rmSync(report, { force: true })
  writeFileSync(noCluster, 'apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\ncurrent-context: ""\n')
}

/** Folders with commands of their own: test:cluster and test:faults. */
const elsewhere = ['cluster', 'faults', 'lies', 'hostile']
const plain = process.stdout.isTTY ? [] : ['--colors=off']
const patterns = process.argv.slice(2)
const node = args => run(process.execPath, args, { env: environment() })

/** The page of the report runs in a browser and has types of its own. */
async function types() {
  for (const project of ['tsconfig.json', 'cli/report/page']) {
    const code = await run(bin('tsc'), ['-p', project, '--noEmit'])
    if (code !== 0) return code
  }
  return 0
}

const steps = [
  ['lint', () => run(bin('biome'), ['ci', '--error-on-warnings', ...plain, '.'])],
  ['types', types],
  ['build', () => node([join(root, 'scripts/build.mjs')])],
  ['generated files', () => node([join(root, 'scripts/check-generated.mjs')])],
  [
    'tests',
    () =>
      node([
        ...jestCommand,
        '--testPathIgnorePatterns=/node_modules/',
        ...elsewhere.map(folder => `--testPathIgnorePatterns=<rootDir>/test/${folder}/`),
        '--json',
        `--outputFile=${report}`,
        ...patterns,
      ]),
  ],
]

async function main() {
  prepare()
  const failed = []
  const ready = await step('dependencies and tools', () => {
    ensureDependencies()
    installTools({ tests: true })
    // A test would build it too, but not within the time that a test has.
    if (patterns.length === 0) kubeStateMetrics()
    return 0
  })
  if (!ready) {
    closingLine({ passed: 0, failed: 1 })
    return 1
  }
  for (const [title, work] of steps) if (!(await step(title, work))) failed.push(title)
  if (failed.length > 0) process.stdout.write(`\nfailed: ${failed.join(', ')}\n`)
  const counts = jestCounts(report)
  const others = failed.filter(title => title !== 'tests').length
  closingLine({ passed: counts.passed, failed: counts.failed + others })
  return failed.length > 0 ? 1 : 0
}

process.exitCode = await main()
