import { type Reason, reasons } from '../../lib/reason.js'
import type { StepReport } from '../../lib/report.js'
import { backupMetrics, repositoryMetrics, restoreMetrics } from '../../runtime/agent/metrics.js'
import { push } from '../../runtime/agent/pushgateway.js'
import { clusterOf } from '../../runtime/agent/session-metrics.js'
import type { CannedContainer } from './canned-container.js'
import type { CannedStore } from './canned-store.js'
import { type Ground, pushgatewayHttp } from './ground.js'

/** What the steps of a canned launcher share. */
export interface CannedSurroundings {
  readonly ground: Ground
  readonly store: CannedStore
  /** What the movers of the pods under way said, by session and attempt. */
  readonly movers: Map<string, StepReport>
}

type Facts = Partial<StepReport> & Pick<StepReport, 'outcome'>

const attemptOf = ({ flags }: CannedContainer) => `${flags.text('session-uid')}/${flags.text('attempt')}`

/** `pvc-backup`, `pvc-restore`: what a mover says when all is well. */
export function move(container: CannedContainer, { store }: CannedSurroundings): Facts {
  const { flags, step } = container
  const name = flags.text('repository')
  const initialized = store.get(name) === undefined
  const { id } = store.get(name) ?? store.init(name)
  const common = { outcome: 'Succeeded', host: flags.text('hostname') } as const
  if (step === 'pvc-restore') {
    const restored = [{ id: 'f'.repeat(64), path: flags.text('mount-path'), files: 100, bytes: 1_000_000 }]
    return { ...common, repository: { id, format: 2 }, restored }
  }
  const snapshots = flags.list('paths').map(path => store.add(name, flags.text('hostname'), path, attemptOf(container)))
  return { ...common, repository: { id, format: 2, ...(initialized ? { initialized } : {}) }, snapshots }
}

/** Remembers what a mover said, for the last step of its pod. */
export function remember(container: CannedContainer, { movers }: CannedSurroundings, report: StepReport): void {
  movers.set(attemptOf(container), report)
  const [oldest] = movers.keys()
  if (movers.size > 1000 && oldest !== undefined) movers.delete(oldest)
}

/** `update-status`: confirms what the mover said and pushes it. */
export async function confirm(container: CannedContainer, surroundings: CannedSurroundings): Promise<Facts> {
  const mover = surroundings.movers.get(attemptOf(container))
  surroundings.movers.delete(attemptOf(container))
  if (mover === undefined) return { outcome: 'Failed', reason: 'StepFailed', message: 'the mover left no result' }
  const { holdfast: _, step, seconds, ...facts } = mover
  const confirmed = facts.snapshots === undefined ? {} : { confirmed: true }
  const metrics = await pushSession(container, surroundings, { ...facts, seconds }, step === 'pvc-restore')
  return { ...facts, ...confirmed, metrics }
}

/** `finish`: the mover's word is lost, and so is its snapshot. */
export async function finish(container: CannedContainer, surroundings: CannedSurroundings): Promise<Facts> {
  const { flags } = container
  const cause = flags.text('cause')
  const reason = Object.hasOwn(reasons, cause) ? (cause as Reason) : 'StepFailed'
  const facts: Facts = { outcome: 'Failed', reason, message: flags.text('cause-message'), host: flags.text('hostname') }
  return { ...facts, metrics: await pushSession(container, surroundings, facts, flags.text('target') === 'restore') }
}

/** `maintain`: retention to a handful of snapshots, and whatever else was ordered. */
export async function maintain({ flags }: CannedContainer, surroundings: CannedSurroundings): Promise<Facts> {
  const { store, ground } = surroundings
  const name = flags.text('repository')
  const orders = (flags.json('forget') ?? []) as readonly { readonly host: string; readonly path: string }[]
  const forgotten = orders.map(({ host, path }) => ({ host, path, ...store.keep(name, host, path, 7) }))
  const { id } = store.get(name) ?? store.init(name)
  const figures = { totalBytes: 1_000_000, snapshotCount: store.count(name) }
  const maintenance = {
    ...(forgotten.length > 0 ? { forgotten } : {}),
    ...(flags.boolean('check') ? { check: { ok: true } } : {}),
    ...(flags.boolean('prune') ? { prune: { ok: true } } : {}),
    ...figures,
  }
  const [namespace, repository] = [flags.text('namespace'), flags.text('repository-name')]
  const identity = { invokerKind: 'Repository', invokerName: repository, namespace, repository }
  const place = { backend: flags.text('provider'), bucket: flags.text('bucket'), prefix: flags.text('prefix') }
  const text = await repositoryMetrics(identity, place, { sizeBytes: figures.totalBytes, ...figures })
  const group = { cluster: flags.text('cluster-name'), namespace, invokerKind: 'Repository', invokerName: repository }
  const metrics = await push(flags.text('pushgateway-url'), group, text, outwardOf(ground))
  return { outcome: 'Succeeded', repository: { id, format: 2 }, maintenance, metrics }
}

async function pushSession(
  { flags, spec }: CannedContainer,
  { ground }: CannedSurroundings,
  { seconds = 5, ...facts }: Facts,
  restores: boolean,
): Promise<{ pushed: boolean; message?: string }> {
  const [namespace, invokerKind, invokerName] = [
    flags.text('namespace'),
    flags.text('invoker-kind'),
    flags.text('invoker-name'),
  ]
  const metrics = {
    identity: { invokerKind, invokerName, namespace, repository: flags.text('repository-name') },
    target: { kind: flags.text('target-kind'), name: flags.text('target-name'), hostname: flags.text('hostname') },
    success: facts.outcome === 'Succeeded',
    sessionSeconds: seconds + 5,
    hostSeconds: seconds,
    now: ground.clock.now() / 1000,
  }
  const text = await (restores ? restoreMetrics(metrics) : backupMetrics(metrics, facts.snapshots ?? []))
  const group = { cluster: clusterOf(flags, spec.env), namespace, invokerKind, invokerName }
  return push(flags.text('pushgateway-url'), group, text, outwardOf(ground))
}

const outwardOf = (ground: Ground) => ({ clock: ground.clock, http: pushgatewayHttp(ground.pushgateway) })
