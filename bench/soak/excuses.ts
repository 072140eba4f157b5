import { createdAt, isBackup, type SessionObject } from '../../runtime/controller/objects.js'
import { wordsOf } from '../../test/cluster/faults/ending.js'
import type { SoakPolicy } from './fleet.js'
import type { FaultRecord } from './journal.js'

/** Reasons that each fault may be given for, by what it takes away. A fault that is not here excuses nothing. */
const consequences: Readonly<Record<string, readonly string[]>> = {
  mover: ['StepFailed'],
  // A pod that loses its network between two steps stands still there.
  pod: ['StepFailed', 'NodeLost', 'PodDeleted', 'PodNotStarted'],
  // It may be the one that asks whether the snapshot is there.
  restic: ['ResticKilled', 'SnapshotNotConfirmed'],
  // A container that it was about to start ends with it.
  kubelet: ['StepFailed'],
  Job: ['JobDeleted', 'Interrupted'],
  eviction: ['Evicted', 'Interrupted'],
  'pod deletion': ['PodDeleted', 'Interrupted'],
  'forced deletion': ['PodDeleted', 'Interrupted'],
  // Nobody knows the exit code of a container that ended while containerd was away.
  containerd: ['StepFailed'],
  store: ['BackendUnreachable'],
  'hanging store': ['BackendUnreachable'],
}

/** A slot may come while another session of the policy runs, be made up for after a fault, or come when all is paused. */
const ofSchedules = ['Skipped: Overlapping', 'Skipped: Superseded', 'Skipped: Paused']

/** Faults whose time overlaps with a session’s and that hit it, if they hit pods. */
export function faultsDuring(session: SessionObject, faults: readonly FaultRecord[]): FaultRecord[] {
  const begin = createdAt(session)
  const end = new Date(session.status?.completionTime ?? Date.now())
  const { name, namespace } = session.metadata
  return faults.filter(({ from, healed, hit }) => {
    const overlaps = from.getTime() <= end.getTime() + 1_000 && (healed ?? new Date()) >= begin
    return overlaps && (hit === undefined || hit.some(each => each.session === name && each.namespace === namespace))
  })
}

/** Why a session’s end is not what it should be; undefined when it is, or when a fault of its time explains it. */
export function unexplained(
  session: SessionObject,
  policy: SoakPolicy | undefined,
  faults: readonly FaultRecord[],
): string | undefined {
  const words = wordsOf(session)
  const usual = isBackup(session) ? (policy?.ends ?? []) : ['Succeeded']
  if (usual.includes(words)) return undefined
  if (policy?.scheduled === true && ofSchedules.includes(words)) return undefined
  const during = faultsDuring(session, faults)
  // A policy that retries gets over what hit an attempt; so the attempt in which it succeeds may be a later one.
  if (words.startsWith('Succeeded in attempt') && usual.some(each => each < words) && during.length > 0)
    return undefined
  const reason = words.split(': ')[1] ?? ''
  if (during.some(({ of }) => consequences[of]?.includes(reason))) return undefined
  const message = session.status?.conditions?.find(each => each.type === 'Ready')?.message ?? ''
  const met = during.map(({ number, fault }) => `${number} (${fault})`).join(', ') || 'none'
  return `${session.kind} ${session.metadata.namespace}/${session.metadata.name}: ${words}: ${message}; faults in its time: ${met}`
}
