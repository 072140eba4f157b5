import type { BackupConfigurationStatus } from '../../../lib/api/backup-configuration.js'
import type { Condition } from '../../../lib/api/condition.js'
import { annotations, apiGroup, apiVersion, labels, managedBy } from '../../../lib/api/group.js'
import { type Observation, withCondition } from '../../../lib/conditions.js'
import { formatDuration, parseDuration } from '../../../lib/duration.js'
import { labelValue, sessionName, triggerName } from '../../../lib/names.js'
import { hookProblems } from '../../../lib/notification/hook-problems.js'
import { formatProblem } from '../../../lib/problem.js'
import { type Reason, reasons } from '../../../lib/reason.js'
import { defaultHistoryLimit, defaultStartingDeadline } from '../../../lib/resolver-defaults.js'
import { nextSlot, parseSchedule, previousSlot, type Schedule } from '../../../lib/schedule.js'
import type { KubeObject } from '../../kube/object.js'
import { DueSlots } from '../due-slots.js'
import {
  type BackupSessionObject,
  type ClaimObject,
  type ConfigurationObject,
  createdAt,
  type RepositoryObject,
  rfc3339,
} from '../objects.js'
import { ownedBy } from '../session/job.js'
import { hasEnded } from '../session/session-status.js'
import { earliest } from '../session/status.js'
import { type SessionFacts, sessionFacts, sessionsToDelete } from './sessions.js'
import { awaitedReferences, summary } from './summary.js'

export interface ConfigurationObserved {
  readonly now: Date
  readonly configuration: ConfigurationObject
  readonly repository?: RepositoryObject | undefined
  readonly claim?: ClaimObject | undefined
  readonly cronJob?: KubeObject | undefined
  readonly sessions: readonly BackupSessionObject[]
  readonly rival?: string | undefined
}

export interface ConfigurationDecision {
  readonly status: BackupConfigurationStatus
  /** The session of a slot that nobody triggered. */
  readonly catchUp?: KubeObject
  readonly remove: readonly BackupSessionObject[]
  readonly requeueAt?: Date
}

/** What becomes of a configuration: its status, a missed slot made up for, its history kept short. */
export function decideConfiguration(observed: ConfigurationObserved): ConfigurationDecision {
  const { configuration, now, sessions } = observed
  const facts = sessionFacts(configuration, sessions)
  const parsed = parseSchedule(configuration.spec.schedule, configuration.spec.timeZone ?? 'Etc/UTC')
  const schedule = parsed.ok ? parsed.schedule : undefined
  const next = schedule === undefined || configuration.spec.paused === true ? undefined : nextSlot(schedule, now)
  const references = present(observed)
  const awaited = awaitedReferences(observed, references)
  const remove = sessionsToDelete(configuration, sessions)
  const observations = [
    validity(configuration, parsed),
    ...references,
    ...sessionObservations(facts),
    ...cleaning(configuration, remove.length),
  ]
  const missed = schedule === undefined ? undefined : missedSlot(observed, schedule)
  const objective = configuration.spec.recoveryPointObjective
  const age =
    facts.lastSuccessfulTime === undefined ? undefined : now.getTime() - new Date(facts.lastSuccessfulTime).getTime()
  const overdueAt =
    objective === undefined
      ? undefined
      : new Date(new Date(facts.lastSuccessfulTime ?? createdAt(configuration)).getTime() + parseDuration(objective))
  const status = {
    ...(configuration.metadata.generation === undefined
      ? {}
      : { observedGeneration: configuration.metadata.generation }),
    ...(facts.lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime: facts.lastSuccessfulTime }),
    ...(facts.newest === undefined ? {} : { lastSessionName: facts.newest.metadata.name }),
    ...(next === undefined ? {} : { nextScheduleTime: rfc3339(next) }),
    ...dueBeforePause(configuration, now),
    ...(age === undefined ? {} : { recoveryPointAge: coarse(age) }),
    conditions: withSummary(observed, observations, summary(facts, observations, awaited, isOver(overdueAt, now))),
  }
  const soon = [
    next === undefined ? undefined : new Date(next.getTime() + 1000),
    overdueAt,
    missed?.dueAt,
    awaited?.until,
  ].filter(date => date !== undefined && date > now)
  return {
    status,
    ...(missed !== undefined && missed.dueAt <= now ? { catchUp: scheduledSession(configuration, missed.slot) } : {}),
    remove,
    ...(soon.length === 0 ? {} : { requeueAt: earliest(...soon) }),
  }
}

// Found out as the pause begins, and kept after it: only a good backup makes up for a slot that was over by then.
function dueBeforePause(
  configuration: ConfigurationObject,
  now: Date,
): Pick<BackupConfigurationStatus, 'dueBeforePause'> {
  const { spec, status } = configuration
  const known = status?.dueBeforePause
  if (spec.paused !== true) return known === undefined ? {} : { dueBeforePause: known }
  const slot = new DueSlots().newest(configuration, now.getTime())
  return slot === undefined ? {} : { dueBeforePause: rfc3339(new Date(slot)) }
}

// Stays once it was said: an event is gone after an hour, and somebody asks later where a session went.
function cleaning({ spec }: ConfigurationObject, count: number): Observation[] {
  const limit = spec.backupHistoryLimit ?? defaultHistoryLimit
  const message = `finished sessions beyond backupHistoryLimit (${limit}) are deleted; their snapshots stay`
  return count === 0 ? [] : [observation('BackupHistoryCleaned', true, 'HistoryCleaned', message)]
}

// Hours are enough for people, and a status that changes every minute would be written every minute.
const coarse = (ms: number) => formatDuration(ms < 3_600_000 ? 0 : Math.floor(ms / 3_600_000) * 3_600_000)

function observation(type: string, good: boolean, reason: Reason, message = ''): Observation {
  return { type, status: good ? 'True' : 'False', reason, message: message === '' ? reasons[reason] : message }
}

function present({ configuration, repository, claim, cronJob, rival }: ConfigurationObserved): Observation[] {
  const { spec, metadata } = configuration
  const repositoryName = `${spec.repository.namespace ?? metadata.namespace}/${spec.repository.name}`
  const claimName = `${metadata.namespace}/${spec.target.ref.name}`
  const cronJobName = triggerName(metadata.name)
  return [
    repository === undefined
      ? observation('RepositoryFound', false, 'RepositoryNotFound', `there is no Repository ${repositoryName}`)
      : observation('RepositoryFound', true, 'Available', `Repository ${repositoryName}`),
    claim === undefined
      ? observation('BackupTargetFound', false, 'TargetNotFound', `there is no PersistentVolumeClaim ${claimName}`)
      : observation('BackupTargetFound', true, 'Available', `PersistentVolumeClaim ${claimName}`),
    cronJob === undefined
      ? observation(
          'CronJobFound',
          false,
          'CronJobMissing',
          `there is no CronJob ${cronJobName}: ${reasons.CronJobMissing}`,
        )
      : observation('CronJobFound', true, 'Available', `CronJob ${cronJobName}`),
    spec.paused === true
      ? observation('Paused', true, 'Paused', 'scheduled sessions are skipped')
      : { type: 'Paused', status: 'False', reason: 'Running', message: 'scheduled sessions run' },
    ...(rival === undefined
      ? []
      : [
          observation(
            'IdentityConflict',
            true,
            'IdentityConflict',
            `BackupConfiguration ${rival} came first with the same host and path`,
          ),
        ]),
  ]
}

function sessionObservations(facts: SessionFacts): Observation[] {
  const secret = facts.newestRun?.status?.conditions?.find(each => each.type === 'BackendSecretFound')
  const known: Observation =
    secret === undefined
      ? { type: 'BackendSecretFound', status: 'Unknown', reason: 'NotReported', message: reasons.NotReported }
      : { type: 'BackendSecretFound', status: secret.status, reason: secret.reason, message: secret.message }
  if (facts.newestRun === undefined) return [known]
  const { metadata, status } = facts.newestRun
  const summary = status?.conditions?.find(each => each.type === 'Ready')
  const good: Observation = {
    type: 'LastBackupGood',
    status: facts.lastWasGood ? 'True' : 'False',
    reason: summary?.reason ?? 'NotReported',
    message: `${metadata.name}: ${summary?.message ?? status?.phase ?? ''}`,
  }
  return [known, good]
}

// What the compiler would have refused, in its words: for objects that it did not write.
function validity({ metadata, spec }: ConfigurationObject, parsed: ReturnType<typeof parseSchedule>): Observation {
  const hooks = hookProblems(spec.hooks, `BackupConfiguration ${metadata.namespace}/${metadata.name}`)
  const wrong = [...(parsed.ok ? [] : [`spec.schedule: ${parsed.message}`]), ...hooks.map(formatProblem)]
  return wrong.length === 0
    ? { type: 'Valid', status: 'True', reason: 'Available', message: 'schedule, hooks and notifications can be read' }
    : observation('Valid', false, 'InvalidSpec', wrong.join('; '))
}

function withSummary(
  { configuration, rival, now }: ConfigurationObserved,
  observations: readonly Observation[],
  summary: readonly Observation[],
): Condition[] {
  const before = configuration.status?.conditions ?? []
  let conditions = rival === undefined ? before.filter(each => each.type !== 'IdentityConflict') : before
  for (const each of [...observations, ...summary])
    conditions = withCondition(conditions, each, now, configuration.metadata.generation)
  return conditions
}

const isOver = (date: Date | undefined, now: Date) => date !== undefined && date <= now

/** The newest slot without a session, and when it counts as missed; a new or just resumed configuration owes nothing. */
function missedSlot(
  { configuration, sessions, now }: ConfigurationObserved,
  schedule: Schedule,
): { slot: Date; dueAt: Date } | undefined {
  if (configuration.spec.paused === true || configuration.metadata.deletionTimestamp !== undefined) return undefined
  const slot = previousSlot(schedule, now)
  const paused = configuration.status?.conditions?.find(each => each.type === 'Paused')
  const since = Math.max(
    createdAt(configuration).getTime(),
    // While the status still says paused, it has only just been resumed.
    paused?.status === 'False' ? new Date(paused.lastTransitionTime).getTime() : now.getTime(),
  )
  if (slot === undefined || slot.getTime() <= since) return undefined
  const name = sessionName(configuration.metadata.name, slot)
  // A session made since then, whichever, has taken the slot’s place.
  if (sessions.some(each => each.metadata.name === name || createdAt(each) >= slot || !hasEnded(each))) return undefined
  return {
    slot,
    dueAt: new Date(slot.getTime() + parseDuration(configuration.spec.startingDeadline ?? defaultStartingDeadline)),
  }
}

function scheduledSession(configuration: ConfigurationObject, slot: Date): KubeObject {
  const { name, namespace = '' } = configuration.metadata
  return {
    apiVersion,
    kind: 'BackupSession',
    metadata: {
      name: sessionName(name, slot),
      namespace,
      labels: { [labels.managedBy]: managedBy, [labels.configuration]: labelValue(name) },
      annotations: { [annotations.scheduledAt]: rfc3339(slot) },
      ownerReferences: [ownedBy(configuration)],
    },
    spec: { invoker: { apiGroup, kind: 'BackupConfiguration', name } },
  }
}
