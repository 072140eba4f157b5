import { createHash } from 'node:crypto'
import { labels } from '../../lib/api/group.js'
import { encodeReport, type StepReport } from '../../lib/report.js'
import { allContainers, type ContainerStatus, type Job, type Pod } from '../../sandbox/api/kinds.js'
import type { Registry } from '../../sandbox/api/registry.js'

/** Milliseconds after its assignment to the node that a pod runs, and after that that it has ended. */
const startAfter = 20

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** What the repository of a fake mover is called: the same for every session, as a real one's id is. */
export const repositoryId = digest('repository')

/** A kubelet of one node whose pods do nothing for a given time and then say that all went well. */
export class FakeMover {
  /** How long a pod of a session runs, in milliseconds; `never` keeps it running. */
  runFor: number | 'never' = 200
  readonly #registry: Registry
  readonly #unsubscribe: () => void
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #known = new Set<string>()
  readonly #endless = new Set<Pod>()

  constructor(registry: Registry) {
    this.#registry = registry
    this.#unsubscribe = registry.store.subscribe(({ resource, type, object }) => {
      if (resource === 'pods') this.#seen(type, object as Pod)
    })
  }

  stop(): void {
    this.#unsubscribe()
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #seen(type: string, pod: Pod): void {
    const { uid, deletionTimestamp } = pod.metadata
    if (type === 'DELETED') {
      this.#known.delete(uid)
      return
    }
    if (pod.spec.nodeName === undefined) return
    if (deletionTimestamp !== undefined) {
      this.#after(0, () => this.#registry.discard('pods', pod, { gracePeriodSeconds: 0 }))
      return
    }
    if (this.#known.has(uid)) return
    this.#known.add(uid)
    this.#after(startAfter, () => this.#run(pod))
  }

  #run(pod: Pod): void {
    this.#write(pod, 'Running')
    const maintains = pod.metadata.labels?.[labels.job] === 'maintain'
    const wait = maintains ? 50 : this.runFor
    if (wait !== 'never') this.#after(wait, () => this.#write(pod, 'Succeeded'))
    else this.#endless.add(pod)
  }

  /** Ends what was to run for ever. */
  endAll(): void {
    for (const pod of this.#endless) this.#after(0, () => this.#write(pod, 'Succeeded'))
    this.#endless.clear()
  }

  #write(pod: Pod, phase: 'Running' | 'Succeeded'): void {
    this.#registry.edit<Pod>('pods', pod, draft => {
      const at = this.#registry.timestamp()
      const status = (container: { readonly name: string; readonly image: string }): ContainerStatus => ({
        name: container.name,
        image: container.image,
        imageID: container.image,
        ready: phase === 'Running',
        started: phase === 'Running',
        restartCount: 0,
        lastState: {},
        state:
          phase === 'Running' ? { running: { startedAt: at } } : { terminated: terminated(pod, container.name, at) },
      })
      draft.status = {
        ...draft.status,
        phase,
        startTime: draft.status.startTime ?? at,
        initContainerStatuses: (pod.spec.initContainers ?? []).map(status),
        containerStatuses: pod.spec.containers.map(status),
      } as Pod['status']
    })
  }

  #after(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, milliseconds)
    this.#timers.add(timer)
  }
}

function terminated(pod: Pod, container: string, at: string) {
  const report = reportOf(pod, container)
  const message = encodeReport(report, Math.floor(12288 / (allContainers(pod.spec).length + 3)))
  return { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at, message }
}

/** What the real steps say at the end of a backup and of maintenance. */
export function reportOf(pod: Pick<Pod | Job, 'metadata'>, container: string): StepReport {
  const common = {
    holdfast: 1,
    outcome: 'Succeeded',
    repository: { id: repositoryId, format: 2 },
    seconds: 0.2,
  } as const
  if (container === 'maintain') {
    const maintenance = { forgotten: [], check: { ok: true }, prune: { ok: true }, totalBytes: 1e9, snapshotCount: 12 }
    return { ...common, step: 'maintain', maintenance }
  }
  const files = { total: 1200, new: 10, modified: 5, unmodified: 1185, unreadable: 0 }
  const id = digest(pod.metadata.uid)
  const snapshot = { id, path: '/data', totalBytes: 5e8, uploadedBytes: 4e6, seconds: 0.2, files }
  const backup = { ...common, host: `${pod.metadata.namespace}/claim`, snapshots: [snapshot] }
  if (container.startsWith('update-status'))
    return { ...backup, step: 'update-status', confirmed: true, metrics: { pushed: true } }
  return { ...backup, step: 'pvc-backup' }
}

/** The status of a Job that has ended well. */
export const completed = (at: string): Job['status'] => ({
  startTime: at,
  completionTime: at,
  succeeded: 1,
  conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: at }],
})
