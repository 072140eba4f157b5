import { setTimeout as sleep } from 'node:timers/promises'
import { findCondition } from '../../lib/conditions.js'
import { REPOSITORIES, type RepositoryObject } from '../../runtime/controller/objects.js'
import type { Board } from '../display/board.js'
import type { Step } from '../display/step.js'
import { UserError } from '../user-error.js'
import type { Stage } from './stage.js'

const patience = 60_000

/** Waits until a Repository’s first maintenance is recorded. Throws UserError when it lasts longer than a minute. */
export async function followMaintenance(
  stage: Stage,
  name: string,
  namespace: string,
  board: Board,
  signal: AbortSignal,
): Promise<RepositoryObject> {
  try {
    for (const end = Date.now() + patience; ; await sleep(100, undefined, { signal })) {
      stage.controller.check()
      const repository = await stage.client.get<RepositoryObject>(REPOSITORIES, name, namespace)
      const steps = maintenanceSteps(repository)
      board.show(steps)
      if (steps.every(step => step.state === 'done' || step.state === 'failed')) return repository
      if (Date.now() > end)
        throw new UserError(
          `Repository ${namespace}/${name} was not maintained within ${patience / 1000} s; see ${stage.controller.logFile}`,
        )
    }
  } finally {
    board.end()
  }
}

/** What the maintain Job does, as far as the Repository’s status tells. */
export function maintenanceSteps({ status }: RepositoryObject): Step[] {
  const snapshots =
    status?.snapshotCount === undefined
      ? ''
      : `${status.snapshotCount} ${status.snapshotCount === 1 ? 'snapshot' : 'snapshots'}`
  const size = status?.totalSize === undefined ? '' : `${status.totalSize}B stored`
  const facts = [snapshots, size].filter(Boolean).join(', ')
  const conditionStep = (type: string, text: string, detail = ''): Step => {
    const condition = findCondition(status?.conditions, type)
    if (condition?.status === 'False') return { key: type, state: 'failed', text: `${text}: ${condition.message}` }
    const state = condition?.status === 'True' ? 'done' : 'running'
    return { key: type, state, text, ...(detail === '' || state === 'running' ? {} : { detail }) }
  }
  const pruned = status?.lastPruneTime !== undefined
  return [
    conditionStep('RetentionPolicyApplied', 'retention applied', facts),
    conditionStep('IntegrityVerified', 'restic check', 'no damage found'),
    { key: 'prune', state: pruned ? 'done' : 'running', text: 'unused space freed' },
  ]
}
