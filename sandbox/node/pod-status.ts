import type { Container, ContainerState, ContainerStatus, Pod, PodStatus } from '../api/kinds.js'
import { type Condition, withCondition } from '../api/object.js'
import { withinBudget } from './termination-message.js'

/** What the runner knows of one container. */
export interface ContainerRecord {
  state: ContainerState
  lastState: ContainerState
  restarts: number
}

export type Records = ReadonlyMap<string, ContainerRecord>

export function newRecord(pod: Pod): ContainerRecord {
  const reason = (pod.spec.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating'
  return { state: { waiting: { reason } }, lastState: {}, restarts: 0 }
}

/** The status of a pod from its containers, as of the timestamp `at`. `ending` is given once nothing runs and nothing will be started. */
export function podStatus(pod: Pod, records: Records, before: PodStatus, at: string, ending?: Ending): PodStatus {
  const inits = pod.spec.initContainers ?? []
  const total = inits.length + pod.spec.containers.length
  const initial = statuses(inits, records, true)
  const main = statuses(pod.spec.containers, records, false)
  const settled = ending === undefined ? { initial, main } : settle(initial, main)
  const phase = ending === undefined ? livePhase(main) : (ending.phase ?? finalPhase(settled))
  const conditions = podConditions(before.conditions, settled, phase, at)
  return {
    ...before,
    phase,
    ...(ending?.reason === undefined ? {} : { reason: ending.reason, message: ending.message ?? '' }),
    podIP: '127.0.0.1',
    conditions,
    ...(inits.length === 0 ? {} : { initContainerStatuses: withinBudget(settled.initial, total) }),
    containerStatuses: withinBudget(settled.main, total),
  }
}

function podConditions(
  before: PodStatus['conditions'],
  settled: Settled,
  phase: PodStatus['phase'],
  at: string,
): Condition[] {
  const incomplete = settled.initial.filter(status => !succeeded(status)).map(({ name }) => name)
  const unready = settled.main.filter(status => !status.ready).map(({ name }) => name)
  const over = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined
  const ready = over === undefined && incomplete.length === 0 && unready.length === 0
  const whyNot = over === undefined ? { message: `containers with unready status: [${unready.join(' ')}]` } : {}
  const readiness: Omit<Condition, 'type'> = ready
    ? { status: 'True' }
    : { status: 'False', reason: over ?? 'ContainersNotReady', ...whyNot }
  const message = `containers with incomplete status: [${incomplete.join(' ')}]`
  const initialized: Omit<Condition, 'type'> =
    incomplete.length === 0 ? { status: 'True' } : { status: 'False', reason: 'ContainersNotInitialized', message }
  let conditions = withCondition(before, { type: 'Initialized', ...initialized }, at)
  conditions = withCondition(conditions, { type: 'Ready', ...readiness }, at)
  return withCondition(conditions, { type: 'ContainersReady', ...readiness }, at)
}

export interface Ending {
  readonly phase?: 'Failed' | 'Succeeded'
  readonly reason?: string
  readonly message?: string
}

function statuses(containers: readonly Container[], records: Records, initial: boolean): ContainerStatus[] {
  return containers.flatMap(({ name, image }) => {
    const record = records.get(name)
    if (record === undefined) return []
    const { state, lastState, restarts } = record
    const running = state.running !== undefined
    const ready = running || (initial && state.terminated?.exitCode === 0)
    return [{ name, state, lastState, ready, started: running, restartCount: restarts, image, imageID: image }]
  })
}

function livePhase(main: readonly ContainerStatus[]): PodStatus['phase'] {
  return main.some(({ state, restartCount }) => state.waiting === undefined || restartCount > 0) ? 'Running' : 'Pending'
}

interface Settled {
  readonly initial: ContainerStatus[]
  readonly main: ContainerStatus[]
}

function finalPhase({ initial, main }: Settled): PodStatus['phase'] {
  return initial.every(succeeded) && main.every(succeeded) ? 'Succeeded' : 'Failed'
}

function succeeded({ state }: ContainerStatus): boolean {
  return state.terminated?.exitCode === 0
}

/**
 * What the kubelet writes when a pod is over (`TerminatePod`): a container that was to run and has no end gets an
 * unknown one; containers behind an init container that never finished stay waiting.
 */
function settle(initial: readonly ContainerStatus[], main: readonly ContainerStatus[]): Settled {
  const begun = main.some(({ state, lastState }) => state.waiting === undefined || lastState.terminated !== undefined)
  const last = initial.at(-1)
  const initialized = initial.length === 0 || begun || (last !== undefined && succeeded(last))
  const attempted = Math.max(1, 1 + initial.findLastIndex(({ state }) => state.waiting === undefined))
  return {
    initial: initial.map((status, index) => (index < attempted ? located(status) : status)),
    main: main.map(status => (initialized ? located(status) : status)),
  }
}

function located(status: ContainerStatus): ContainerStatus {
  if (status.state.terminated !== undefined) return status
  const terminated = {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
    startedAt: null,
    finishedAt: null,
  }
  return { ...status, ready: false, started: false, state: { terminated } }
}
