import type { Reason } from '../../lib/reason.js'
import type { FlowName } from './flow.js'
import type { Lie } from './world.js'

const byCode: ReadonlyMap<number | null, Reason> = new Map([
  [10, 'RepositoryNotInitialized'],
  [11, 'RepositoryLocked'],
  [12, 'WrongPassword'],
  [130, 'Interrupted'],
  [137, 'ResticKilled'],
  // Ended by SIGKILL.
  [null, 'ResticKilled'],
])

/** Exit codes that restic documents, those that shells and kernels make of signals, and one that nobody knows. */
export const exitCodes: readonly (number | null)[] = [0, 1, 2, 3, 10, 11, 12, 130, 137, 255, 77, null]

/** What a call is called by whom it fails, when it ends with 0 and does not say what it must. */
const silent: Readonly<Record<string, Reason>> = {
  backup: 'SummaryMissing',
  restore: 'SummaryMissing',
  forget: 'RetentionFailed',
}
/** What it is called when restic gives no cause of its own. */
const causeless: Readonly<Record<string, Reason>> = {
  restore: 'RestoreIncomplete',
  forget: 'RetentionFailed',
  check: 'CheckFailed',
}

const knowsRepository = (flow: FlowName) => flow !== 'first'

/** The reason that a bad end must have when a call ends with a code and says nothing that names another cause. */
export function expectedReason({ flow, key, said }: Lie): Reason {
  const command = key.replace(/ #\d$/, '')
  // Its report keeps why the mover was lost: that is what somebody must look at.
  if (flow === 'finish') return 'OutOfMemory'
  const confirming = flow === 'first' ? key !== 'cat config #1' && command !== 'init' : flow === 'known'
  const asks = command === 'snapshots' || command === 'cat config'
  const own = reasonOf(command, said.code, knowsRepository(flow) || (confirming && command === 'cat config'), flow)
  const aboutItself = own === 'RepositoryVanished' || own === 'Interrupted'
  return confirming && asks && !aboutItself ? 'SnapshotNotConfirmed' : own
}

function reasonOf(command: string, code: number | null, known: boolean, flow: FlowName): Reason {
  if (code === 0) return silent[command] ?? 'ResticFailed'
  if (code === 3 && command === 'backup') return 'SummaryMissing'
  const own = byCode.get(code)
  const vanishing = ['backup', 'cat config', ...(flow === 'restore' ? ['snapshots'] : [])]
  if (own === 'RepositoryNotInitialized' && known && vanishing.includes(command)) return 'RepositoryVanished'
  return own ?? causeless[command] ?? 'ResticFailed'
}
