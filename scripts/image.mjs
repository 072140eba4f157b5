import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureDependencies, newestChange, run } from './step.mjs'
import { root } from './tools.mjs'

const usage = `usage: node scripts/image.mjs [NAME] [--load] [--for-tests]
  NAME         the image's name (default holdfast.dev/holdfast:dev)
  --load       also loads what was built into the test cluster (HOLDFAST_CLUSTER_TOOL, default ../shared/cluster/cluster)
  --for-tests  also builds the servers that the cluster tests run
`

/** Other servers of the cluster tests, under the names that manifests use. */
const testImages = [
  { name: 'docker.io/prom/pushgateway:v1.11.0', folder: 'test/cluster/images/pushgateway' },
  { name: 'docker.io/restic/rest-server:0.13.0', folder: 'test/cluster/images/rest-server' },
]

const clusterTool = resolve(root, process.env.HOLDFAST_CLUSTER_TOOL ?? '../shared/cluster/cluster')

async function must(command, args) {
  const code = await run(command, args)
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')}: exit code ${code}`)
}

/** The test cluster's tool makes the images of the FROM lines on machines that reach no image registry. */
async function makeBases() {
  if (existsSync(clusterTool)) await must(clusterTool, ['bases'])
}

async function makeBundles() {
  const names = ['bundle/agent.cjs', 'bundle/controller.cjs', 'sbom.cdx.json']
  const bundles = names.map(name => join(root, 'build', name))
  const sources = ['lib', 'runtime', 'package-lock.json', 'scripts/bundle.mjs'].map(name => join(root, name))
  const built = Math.min(...bundles.map(newestChange))
  if (Math.max(...sources.map(newestChange)) <= built) return
  ensureDependencies()
  await must(process.execPath, [join(root, 'scripts/bundle.mjs')])
}

async function build(name, folder) {
  await must('buildah', ['build', '--quiet', '--isolation', 'chroot', '--layers', '--tag', name, folder])
  const { stdout } = spawnSync('buildah', ['images', '--format', '{{.Size}}', name], { encoding: 'utf8' })
  process.stdout.write(`${name}: ${stdout.trim()}\n`)
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { load: { type: 'boolean' }, 'for-tests': { type: 'boolean' }, help: { type: 'boolean' } },
    allowPositionals: true,
  })
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  const images = [{ name: positionals[0] ?? 'holdfast.dev/holdfast:dev', folder: root }]
  if (values['for-tests']) images.push(...testImages.map(({ name, folder }) => ({ name, folder: join(root, folder) })))
  if (values.load && !existsSync(clusterTool)) {
    throw new Error(`${clusterTool} does not exist; set HOLDFAST_CLUSTER_TOOL to the tool of the test cluster`)
  }
  await makeBases()
  await makeBundles()
  for (const { name, folder } of images) {
    await build(name, folder)
    // Loaded late: on a fresh clone its libraries are installed only by now.
    if (folder === root) (await import('./provenance.mjs')).writeProvenance(name)
    if (values.load) await must(clusterTool, ['load', name])
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`image: ${error.message}\n`)
  process.exitCode = 1
}
