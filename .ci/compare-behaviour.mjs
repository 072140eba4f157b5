import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { root } from '../scripts/tools.mjs'

/** Names of the behaviour tests that passed, as `file: name`, from jest's JSON. Throws when there is no such report. */
function passedBehaviour(file) {
  if (!existsSync(file)) throw new Error(`${file} does not exist: that run wrote no report`)
  const { testResults } = JSON.parse(readFileSync(file, 'utf8'))
  return new Set(
    testResults
      .filter(({ name }) => relative(root, name).startsWith('test/behaviour/'))
      .flatMap(({ name, assertionResults }) =>
        assertionResults
          .filter(({ status }) => status === 'passed')
          .map(({ fullName }) => `${relative(root, name)}: ${fullName}`),
      ),
  )
}

/** What passed in one place only, a line each. */
function onlyIn(place, one, other) {
  return [...one].filter(name => !other.has(name)).map(name => `only on the ${place}: ${name}`)
}

const [sandboxReport = 'build/results/sandbox.json', clusterReport = 'build/results/cluster.json'] =
  process.argv.slice(2)
try {
  const sandbox = passedBehaviour(sandboxReport)
  const cluster = passedBehaviour(clusterReport)
  const lines = [...onlyIn('sandbox', sandbox, cluster), ...onlyIn('cluster', cluster, sandbox)]
  if (sandbox.size === 0) lines.push('no behaviour test passed on the sandbox')
  for (const line of lines) process.stdout.write(`${line}\n`)
  process.stdout.write(`behaviour: ${sandbox.size} on the sandbox, ${cluster.size} on the cluster\n`)
  process.exitCode = lines.length > 0 ? 1 : 0
} catch (error) {
  process.stdout.write(`behaviour cannot be compared: ${error.message}\n`)
  process.exitCode = 1
}
