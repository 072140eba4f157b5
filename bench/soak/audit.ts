import { isFinal } from '../../lib/session-phase.js'
import { isBackup, type SessionObject } from '../../runtime/controller/objects.js'
import type { Evidence, Finding } from './evidence.js'
import { unexplained } from './excuses.js'
import type { Fleet, SoakPolicy } from './fleet.js'
import { auditOrphans } from './orphan-audit.js'
import { auditStore, type StoreAudit } from './store-audit.js'

/** What a pod may take to end by itself after its session’s deadline, and as much for the controller to see it. */
const grace = 120_000

/** Everything that must be true in the end, whatever happened. */
export async function audit(evidence: Evidence): Promise<Finding[]> {
  const { fleet, recorder, faults, restored } = evidence
  const sessions = [...recorder.sessions.values()]
  const stores: StoreAudit[] = []
  for (const store of fleet.stores) stores.push(await auditStore(store, evidence))
  const over = (what: (audit: StoreAudit) => readonly string[]) => stores.flatMap(what)
  const snapshots = stores.reduce((sum, each) => sum + each.snapshots, 0)
  const recorded = stores.reduce((sum, each) => sum + each.recorded, 0)
  return [
    finding('every session has ended', sessions, session => {
      return isFinal(session.status?.phase) ? undefined : `${nameOf(session)} is ${session.status?.phase ?? 'new'}`
    }),
    finding('every session ended within its deadline', sessions, late),
    finding('every session ended for a true reason', sessions, session => {
      return unexplained(session, policyOf(fleet, session), faults)
    }),
    { question: 'every snapshot is a session’s', asked: snapshots, problems: over(each => each.unaccounted) },
    {
      question: 'every recorded snapshot is there, or retention took it',
      asked: recorded,
      problems: over(each => each.lost),
    },
    {
      question: 'every repository passes restic check --read-data',
      asked: stores.length,
      problems: over(each => each.damage),
    },
    finding('every restored file is as its backup saw it', restored, ({ name, problems }) => {
      return problems.length === 0 ? undefined : `${name}: ${problems.join('; ')}`
    }),
    finding('the locks of killed movers were removed', faults, ({ number, fault, stuckLocks }) => {
      return stuckLocks && `fault ${number} (${fault}): ${stuckLocks.join(', ')}`
    }),
    ...(await auditOrphans(evidence)),
  ]
}

/** The policy that a backup is of; undefined for a restore. */
export function policyOf(fleet: Fleet, session: SessionObject): SoakPolicy | undefined {
  if (!isBackup(session)) return undefined
  const { invoker } = session.spec
  return fleet.policies.find(each => each.name === invoker.name && each.namespace === session.metadata.namespace)
}

function finding<T>(question: string, all: readonly T[], problemOf: (each: T) => string | undefined): Finding {
  return { question, asked: all.length, problems: all.flatMap(each => problemOf(each) ?? []) }
}

const nameOf = ({ kind, metadata }: SessionObject) => `${kind} ${metadata.namespace}/${metadata.name}`

function late(session: SessionObject): string | undefined {
  const { sessionDeadline, completionTime } = session.status ?? {}
  if (sessionDeadline === undefined || completionTime === undefined) return undefined
  const beyond = Date.parse(completionTime) - Date.parse(sessionDeadline)
  return beyond <= grace ? undefined : `${nameOf(session)} ended ${Math.round(beyond / 1000)} s after its deadline`
}
