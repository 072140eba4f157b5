import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
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

async function main() {
  mkdirSync(results, { recursive: true })
  rmSync(report, { force: true })
  const ready = await step('dependencies and tools', async () => {
    ensureDependencies()
    installTools({ tests: true })
    const { name, server } = await currentContext()
    process.stdout.write(`tests create and delete objects in context "${name}" at ${server}\n`)
    return 0
  })
  const env = { ...process.env, PATH: toolSearchPath(), HOLDFAST_BEHAVIOUR: 'cluster' }
  const rooms = process.argv.length > 2 ? process.argv.slice(2) : ['test/behaviour/', 'test/cluster/']
  const args = [...jestCommand, '--runInBand', '--json', `--outputFile=${report}`, ...rooms]
  const passed = ready && (await step('tests on the cluster', () => run(process.execPath, args, { env })))
  closingLine(jestCounts(report))
  return passed ? 0 : 1
}

process.exitCode = await main()
