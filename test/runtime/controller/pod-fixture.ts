import { decodeReport, type StepReport } from '../../../lib/report.js'
import type { ContainerState, JobObject, PodObject } from '../../../runtime/controller/objects.js'
import { at, job } from './observation.js'

type Condition = {
  readonly type: string
  readonly status?: string
  readonly reason?: string
  readonly message?: string
}

/** A pod of the mover with the states of its containers in order; the last is the container, the others init. */
export function pod(
  phase: string,
  states: readonly ContainerState[],
  more: { reason?: string; message?: string; conditions?: readonly Condition[]; leaving?: boolean } = {},
): PodObject {
  const { leaving, conditions = [], ...status } = more
  const statuses = states.map((state, index) => ({ name: `${stepIn(state)}-${index}`, state }))
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'job-1-x', namespace: 'shop', ...(leaving === true ? { deletionTimestamp: at(-1) } : {}) },
    spec: { nodeName: 'one' },
    status: {
      phase,
      ...status,
      conditions: conditions.map(each => ({ status: 'True', ...each })),
      initContainerStatuses: statuses.slice(0, -1),
      containerStatuses: statuses.slice(-1),
    },
  }
}

// The resolver names a container after what it runs.
function stepIn({ terminated }: ContainerState): string {
  return decodeReport(terminated?.message)?.step ?? 'step'
}

export const running: ContainerState = { running: { startedAt: at(-10) } }
export const waiting = (reason = 'PodInitializing', message?: string): ContainerState => ({
  waiting: message === undefined ? { reason } : { reason, message },
})
export const exited = (exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error', message?: string) =>
  ({ terminated: { exitCode, reason, ...(message === undefined ? {} : { message }) } }) satisfies ContainerState

/** A container that ended with a report of ours. */
export const reported = (report: Omit<StepReport, 'holdfast'>, exitCode = 0): ContainerState =>
  exited(exitCode, undefined, JSON.stringify({ holdfast: 1, ...report }))

/** A Job that failed, for the reason that its own controller gives. */
export function failedJob(reason: string, message = 'Kubernetes’ words'): JobObject {
  const own = job()
  return { ...own, status: { conditions: [{ type: 'Failed', status: 'True', reason, message }] } }
}
