import { findCondition, type Observation } from '../../../lib/conditions.js'
import { parseDuration } from '../../../lib/duration.js'
import { reasons } from '../../../lib/reason.js'
import { defaultStartDeadline } from '../../../lib/resolver-defaults.js'
import type { ConfigurationObject } from '../objects.js'
import type { SessionFacts } from './sessions.js'

/** What git brings along with a policy, in any order. */
const references = ['RepositoryFound', 'BackupTargetFound', 'CronJobFound']
const faults = ['Valid', ...references, 'BackendSecretFound', 'LastBackupGood']

/** References that are missing and may still come, and until when they are waited for. */
export interface Awaited {
  readonly missing: readonly Observation[]
  readonly until: Date
}

/**
 * The references that have been missing for less than `startDeadline`. Undefined when none is, or when one has been
 * missing for longer.
 */
export function awaitedReferences(
  { configuration, now }: { readonly configuration: ConfigurationObject; readonly now: Date },
  observations: readonly Observation[],
): Awaited | undefined {
  const missing = observations.filter(each => references.includes(each.type) && each.status === 'False')
  const since = missing.map(each => {
    const before = findCondition(configuration.status?.conditions, each.type)
    return before?.status === 'False' ? new Date(before.lastTransitionTime).getTime() : now.getTime()
  })
  const until = new Date(Math.min(...since) + parseDuration(configuration.spec.startDeadline ?? defaultStartDeadline))
  return missing.length === 0 || until <= now ? undefined : { missing, until }
}

/** kstatus: what Flux and Argo CD read of a policy. */
export function summary(
  facts: SessionFacts,
  observations: readonly Observation[],
  awaited: Awaited | undefined,
  overdue: boolean,
): Observation[] {
  const isFault = (each: Observation) =>
    each.type === 'IdentityConflict'
      ? each.status === 'True'
      : faults.includes(each.type) && each.status === 'False' && awaited?.missing.includes(each) !== true
  const fault = observations.find(isFault) ?? (overdue && awaited === undefined ? tooOld : undefined)
  const state = fault ?? awaited?.missing[0] ?? good(facts)
  const observe = (type: string, yes: boolean): Observation => ({
    type,
    status: yes ? 'True' : 'False',
    reason: state.reason,
    message: state.message,
  })
  return [
    observe('Ready', fault === undefined && awaited === undefined),
    observe('Reconciling', fault === undefined && awaited !== undefined),
    observe('Stalled', fault !== undefined),
  ]
}

const tooOld = { reason: 'RecoveryPointTooOld', message: reasons.RecoveryPointTooOld } as const

function good({ lastSuccessfulTime }: SessionFacts): Pick<Observation, 'reason' | 'message'> {
  const reason = lastSuccessfulTime === undefined ? 'NeverSucceeded' : 'Protected'
  return { reason, message: reasons[reason] }
}
