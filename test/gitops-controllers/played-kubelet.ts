import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { reportOf } from '../../bench/scale/fake-mover.js'
import { labels } from '../../lib/api/group.js'
import { encodeReport, type StepReport } from '../../lib/report.js'
import type { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { PODS } from '../../runtime/kube/resource.js'
import type { Cluster } from './cluster.js'

interface Container {
  readonly name: string
  readonly image: string
}

export interface Pod extends KubeObject {
  readonly spec: { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[] }
  readonly status?: { readonly phase?: string }
}

/** Says whether the program of a pod that is to go on running is up. */
export type Readiness = (pod: Pod) => Promise<boolean>

/**
 * Plays the kubelet where no node is: pods of Deployments get ready, those of Jobs of Holdfast end well, and all others
 * wait. What they do is not what is looked at here.
 */
export class PlayedKubelet {
  readonly #cluster: Cluster
  readonly #client: KubeClient
  readonly #isReady: Readiness
  readonly #loop: Promise<void>
  #stopped = false

  constructor(cluster: Cluster, client: KubeClient, isReady: Readiness) {
    this.#cluster = cluster
    this.#client = client
    this.#isReady = isReady
    this.#loop = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#loop
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const { items } = await this.#client.list<Pod>(PODS)
      // A pod may be gone, or another writer faster: the next round sees what is so then.
      await Promise.all(items.map(pod => this.#step(pod).catch(() => undefined)))
      await sleep(300)
    }
  }

  async #step(pod: Pod): Promise<void> {
    const job = pod.metadata.labels?.[labels.job]
    if (pod.metadata.deletionTimestamp !== undefined || pod.status?.phase !== 'Pending') return
    const owner = pod.metadata.ownerReferences?.[0]?.kind
    if (owner === 'ReplicaSet' && (await this.#isReady(pod))) await this.#write(pod, running(pod))
    if (owner === 'Job' && job !== undefined && job !== 'trigger') await this.#write(pod, ended(pod, job))
  }

  async #write(pod: Pod, status: object): Promise<void> {
    const { name, namespace = '' } = pod.metadata
    const patch = ['patch', 'pod', name, '-n', namespace, '--subresource=status', '--type=merge', '-p']
    await this.#cluster.kubectl([...patch, JSON.stringify({ status })])
  }
}

const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z')

function running({ spec }: Pod) {
  const at = now()
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: at })
  return {
    phase: 'Running',
    startTime: at,
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(condition),
    containerStatuses: spec.containers.map(each => ({
      ...statusOf(each),
      ready: true,
      started: true,
      state: { running: { startedAt: at } },
    })),
  }
}

function ended(pod: Pod, job: string) {
  const at = now()
  const { containers, initContainers = [] } = pod.spec
  const status = (each: Container) => {
    const message = encodeReport(reportIn(pod, job, each.name), 2048)
    const terminated = { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at, message }
    return { ...statusOf(each), ready: false, started: false, state: { terminated } }
  }
  const phase = { phase: 'Succeeded', startTime: at }
  return { ...phase, initContainerStatuses: initContainers.map(status), containerStatuses: containers.map(status) }
}

const statusOf = ({ name, image }: Container) => ({ name, image, imageID: image, restartCount: 0, lastState: {} })

function reportIn(pod: Pod, job: string, container: string): StepReport {
  const { metadata } = pod
  const { name, namespace = '', uid = '' } = metadata
  const report = reportOf(
    { metadata: { ...metadata, name, namespace, uid } } as Parameters<typeof reportOf>[0],
    container,
  )
  if (job !== 'restore') return report
  const { snapshots: _, confirmed: __, ...rest } = report
  const id = createHash('sha256').update(uid).digest('hex')
  const restored = [{ id, path: '/data', files: 12, bytes: 4096 }]
  return { ...rest, step: container.startsWith('update-status') ? 'update-status' : 'pvc-restore', restored }
}
