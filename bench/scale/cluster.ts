// Session to Job on a real cluster: the built controller on this machine, in place of the cluster's own, with Jobs whose
// pods fit no node. Adds its figures to bench/results/scale.json.
// usage: KUBECONFIG=… node --import tsx bench/scale/cluster.ts [--sessions 100] [--rate 10]
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { App, Chart } from 'cdk8s'
import { Backend, imageContext, Repository, Retention, Schedule, VolumeBackup } from '../../constructs/index.js'
import { labels } from '../../lib/api/group.js'
import { BACKUP_SESSIONS, REPOSITORIES } from '../../runtime/controller/objects.js'
import { isConflict } from '../../runtime/kube/api-error.js'
import { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { JOBS, NAMESPACES, type Resource } from '../../runtime/kube/resource.js'
import { root } from '../../scripts/tools.mjs'
import { apply } from '../../test/behaviour/apply.js'
import { manualSession } from '../../test/behaviour/manual-session.js'
import { percentile } from './load.js'

const { values } = parseArgs({
  options: { sessions: { type: 'string', default: '100' }, rate: { type: 'string', default: '10' } },
})
const [sessions, rate] = [Number(values.sessions), Number(values.rate)]
const namespace = 'bench-scale'
const deployments: Resource = {
  ...{ group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', namespaced: true },
}
const place = { name: 'holdfast-controller', namespace: 'holdfast-system' }

interface Deployment extends KubeObject {
  spec: { replicas: number; template: { spec: { containers: { image: string; command: string[]; args: string[] }[] } } }
  status?: { replicas?: number }
}

const client = await KubeClient.fromDefaultConfig()
const deployment = await client.get<Deployment>(deployments, place.name, place.namespace)
const [container] = deployment.spec.template.spec.containers
if (container === undefined) throw new Error('the controller has no container')
const { image } = container
const seen = new Map<string, number>()
const watching = new AbortController()

try {
  await scale(0)
  const own = controller()
  try {
    await apply(client, fleet())
    await knowRepository()
    await sleep(5000)
    void follow().catch((error: unknown) => {
      if (!watching.signal.aborted) throw error
    })
    const steady = await measured('steady', rate)
    const burst = await measured('burst', Number.POSITIVE_INFINITY)
    const file = join(root, 'bench/results/scale.json')
    const load = Math.round((loadavg()[0] ?? 0) * 10) / 10
    const cluster = { sessions, rate, load, steady, burst }
    const results = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, `${JSON.stringify({ ...results, cluster }, undefined, 2)}\n`)
    process.stdout.write(`${JSON.stringify({ steady, burst })}\n`)
  } finally {
    watching.abort()
    await client.delete(NAMESPACES, namespace, undefined)
    await gone()
    own.kill('SIGTERM')
  }
} finally {
  await scale(deployment.spec.replicas)
  client.close()
}

async function scale(replicas: number): Promise<void> {
  await client.mergePatch(deployments, place.name, place.namespace, { spec: { replicas } })
  for (let tries = 0; tries < 60; tries++, await sleep(500)) {
    const { status } = await client.get<Deployment>(deployments, place.name, place.namespace)
    if ((status?.replicas ?? 0) === replicas) return
  }
  throw new Error(`the controller was not scaled to ${replicas}`)
}

function controller() {
  const options = container?.command.filter(each => each.startsWith('--')) ?? []
  const args = (container?.args ?? []).filter(each => !/^--(image|metrics-port|namespace|pushgateway-url)=/.test(each))
  const node = join(root, '.tools/bin/node24')
  const bundle = join(root, 'build/bundle/controller.cjs')
  return spawn(
    node,
    [...options, bundle, ...args, `--image=${image}`, `--namespace=${place.namespace}`, '--metrics-port=0'],
    {
      env: { PATH: process.env['PATH'], KUBECONFIG: process.env['KUBECONFIG'] },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
}

function fleet(): KubeObject[] {
  const app = new App()
  app.node.setContext(imageContext, image)
  const chart = new Chart(app, 'chart', { namespace })
  const repository = new Repository(chart, 'store', {
    backend: Backend.s3({ endpoint: 'https://s3.invalid', bucket: 'bench', secretName: 'keys' }),
    maxConcurrentSessions: 1000,
  })
  const names = Array.from({ length: 2 * sessions }, (_, index) => `volume-${index}`)
  for (const claim of names) {
    new VolumeBackup(chart, claim, {
      claim,
      repository,
      schedule: Schedule.cron('0 3 1 1 *'),
      retention: Retention.keep({ last: 1 }),
      runtimeSettings: { pod: { nodeSelector: { 'holdfast.dev/nowhere': 'true' } } },
    })
  }
  app.synthYaml()
  const claims = names.map(name => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'nowhere',
      resources: { requests: { storage: '1Gi' } },
    },
  }))
  return [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...claims, ...chart.toJson()]
}

// While a repository is unknown a session runs alone: it may be making it.
async function knowRepository(): Promise<void> {
  for (let tries = 0; ; tries++) {
    const stored = await client.get(REPOSITORIES, 'store', namespace)
    const status = { ...(stored['status'] as object | undefined), id: 'f'.repeat(64) }
    try {
      await client.replaceStatus(REPOSITORIES, { ...stored, status })
      return
    } catch (error) {
      if (!isConflict(error) || tries > 10) throw error
    }
  }
}

/** Notes when each session's Job was first heard of. */
async function follow(): Promise<void> {
  const { resourceVersion } = await client.list(JOBS, { namespace })
  for await (const { type, object } of client.watch(JOBS, { namespace, resourceVersion }, watching.signal)) {
    const session = object.metadata.labels?.[labels.session]
    if (type === 'ADDED' && session !== undefined) seen.set(session, performance.now())
  }
}

async function measured(kind: string, perSecond: number) {
  const created = new Map<string, number>()
  const began = performance.now()
  const names = Array.from({ length: sessions }, (_, index) => `${kind}-${index}`)
  const offset = kind === 'burst' ? sessions : 0
  const making = names.map(async (name, index) => {
    await sleep((index * 1000) / perSecond)
    created.set(name, performance.now())
    await client.create(BACKUP_SESSIONS, manualSession(namespace, `volume-${offset + index}`, name))
  })
  await Promise.all(making)
  for (let tries = 0; names.some(name => !seen.has(name)); tries++, await sleep(100))
    if (tries > 600) throw new Error(`only ${names.filter(name => seen.has(name)).length} sessions got a Job`)
  const latencies = names.map(name => (seen.get(name) ?? 0) - (created.get(name) ?? 0)).sort((a, b) => a - b)
  const last = Math.max(...names.map(name => seen.get(name) ?? 0))
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    jobsPerSecond: (sessions * 1000) / (last - began),
  }
}

async function gone(): Promise<void> {
  for (let tries = 0; tries < 240; tries++, await sleep(500))
    if ((await client.tryGet(NAMESPACES, namespace)) === undefined) return
  throw new Error(`namespace ${namespace} is not gone after two minutes`)
}
