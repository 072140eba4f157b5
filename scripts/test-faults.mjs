import { existsSync, mkdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installTools } from './install-tools.mjs'
import { closingLine, ensureDependencies, jestCommand, jestCounts, run, step } from './step.mjs'
import { root, toolSearchPath } from './tools.mjs'

const results = join(root, 'build/results')
const report = join(results, 'faults.json')

const usage = `Tries to break the promises: faults, lies and hostile input, without a cluster.
usage: npm run test:faults -- [--all] [file…]

  --all   every point, pair, byte and case (hours) instead of the representative part (ten minutes)
  file    patterns of test files; default: all of test/faults, test/lies and test/hostile
`

/** The folders that npm test leaves to this command. */
const folders = ['test/faults/', 'test/lies/', 'test/hostile/']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
})

const memory = '/dev/shm'
const enoughBytes = 2 * 2 ** 30

/** Thousands of small repositories: a file system in memory spares half of the time. */
function temporaryFolder() {
  if (process.env.TMPDIR !== undefined || !existsSync(memory)) return {}
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize >= enoughBytes ? { TMPDIR: memory } : {}
}

function environment() {
  const { KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT, ...rest } = process.env
  const size = values.all ? { HOLDFAST_FAULTS: 'all' } : {}
  return {
    ...rest,
    ...size,
    ...temporaryFolder(),
    PATH: toolSearchPath(),
    KUBECONFIG: join(results, 'no-cluster.yaml'),
  }
}

async function main() {
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  mkdirSync(results, { recursive: true })
  rmSync(report, { force: true })
  const env = environment()
  const ready =
    (await step('dependencies and tools', () => {
      ensureDependencies()
      installTools({ tests: true })
      return 0
    })) && (await step('bundles', () => run(process.execPath, [join(root, 'scripts/bundle.mjs')], { env })))
  const patterns = positionals.length > 0 ? positionals : folders
  const title = values.all ? 'faults, all of them' : 'faults, a representative part'
  const jest = [...jestCommand, '--json', `--outputFile=${report}`, ...patterns]
  const passed = ready && (await step(title, () => run(process.execPath, jest, { env })))
  closingLine(ready ? jestCounts(report) : { passed: 0, failed: 1 })
  return passed ? 0 : 1
}

process.exitCode = await main()
