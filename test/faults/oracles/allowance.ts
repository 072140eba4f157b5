import type { Fault, Plan } from '../plan.js'
import { type Difference, differences, sentenceOf } from './difference.js'
import type { EndState } from './end-state.js'

/** Faults that end an agent’s container. */
export const killsIn = ({ faults }: Plan): readonly Fault[] => faults.filter(({ effect }) => effect.startsWith('kill-'))

interface Ended {
  readonly status?: {
    readonly phase?: string
    readonly attempt?: number
    readonly conditions?: Readonly<
      Record<string, { readonly status: string; readonly reason: string; readonly message: string }>
    >
    readonly targets?: readonly { readonly stats?: readonly { readonly snapshots?: readonly unknown[] }[] }[]
  }
}

type Objects = Readonly<Record<string, Ended>>
const objectsOf = (end: EndState) => end['objects'] as Objects
const snapshotsOf = (end: EndState) => end['snapshots'] as readonly string[]
const metricsOf = (end: EndState) => end['metrics'] as Readonly<Record<string, unknown>>

/** What the reason of a session may be whose pod died without a word. */
const honest = ['StepFailed', 'Interrupted', 'PodDeleted', 'Evicted', 'OutOfMemory', 'RepositoryLocked']

/**
 * What the design allows when a step of a session is killed, in place of equality: the session ends Failed, or a next
 * attempt ends as the undisturbed one did; see {@link lesserEnd} for the rest.
 */
export function afterKill(kill: Fault, expected: EndState, actual: EndState): string[] {
  const pod = kill.at.deed.split(' ')[3] ?? ''
  const session = sessionsOf(actual).find(key => patternOf(nameOfSession(key)).test(pod))
  // A session that is gone at the end, as it should be, leaves nothing to be lenient about.
  if (session === undefined) return differences(expected, actual).map(sentenceOf)
  const [before, after] = [expected, actual].map(end => objectsOf(end)[session]?.status?.phase)
  return after === before && before !== 'Failed'
    ? sameButLater(session, expected, actual)
    : lesserEnd(session, ['Failed'], expected, actual)
}

/**
 * The session whose pod was gone before its last words were read, if that is what happened: the design then promises
 * no more than PartiallySucceeded, because nobody can say whether every file was read.
 */
export const unheard = (expected: EndState, actual: EndState): string | undefined =>
  sessionsOf(actual).find(key => {
    const { phase, conditions } = objectsOf(actual)[key]?.status ?? {}
    const changed = phase !== objectsOf(expected)[key]?.status?.phase
    return changed && /the mover did not report/.test(conditions?.['Ready']?.message ?? '')
  })

/**
 * A session that ended worse than undisturbed, as it may:
 * 1. its phase is one of those given, with a reason that says why;
 * 2. the snapshots that it records are those that the repository has of it, and none but its own are missing (older
 *    ones may still be there: retention does not follow a session that is not good);
 * 3. its metrics do not call it a success;
 * 4. what does not depend on it (claims, CronJobs, hooks that were owed) is as it would have been.
 */
export function lesserEnd(session: string, phases: readonly string[], expected: EndState, actual: EndState): string[] {
  const name = nameOfSession(session)
  const { phase = 'nothing', conditions, targets = [] } = objectsOf(actual)[session]?.status ?? {}
  const reason = conditions?.['Ready']?.reason ?? ''
  const told = targets.flatMap(target => target.stats ?? []).flatMap(stats => stats.snapshots ?? [])
  const own = (list: readonly string[]) => list.filter(each => each.includes(` of ${name}, `))
  const others = (list: readonly string[]) => list.filter(each => !each.includes(` of ${name}, `))
  const stored = own(snapshotsOf(actual)).length
  const looked = conditions?.['SnapshotConfirmed']?.status === 'True'
  return [
    ...(phases.includes(phase) ? [] : [`${session} lost its mover and is ${phase}`]),
    ...(honest.includes(reason) ? [] : [`${session} lost its mover and says ${reason}`]),
    ...(looked && told.length !== stored
      ? [`${session} records ${told.length} snapshots, the repository has ${stored}`]
      : []),
    ...lost(others(snapshotsOf(expected)), snapshotsOf(actual)),
    ...successes(actual, name.replace(/-(\d{12}|manual.*)$/, '')),
    ...differences(independent(expected), independent(actual), 'objects').map(sentenceOf),
    ...differences(expected['own'], actual['own'], 'own').map(sentenceOf),
  ]
}

const sessionsOf = (end: EndState) => Object.keys(objectsOf(end)).filter(key => /^(backup|restore)sessions/.test(key))
const nameOfSession = (key: string): string => key.split('/')[1] ?? ''
const patternOf = (name: string): RegExp => new RegExp(`^${name.replace('*', '[0-9a-f]{8}')}-`)

const lost = (expected: readonly string[], actual: readonly string[]): string[] =>
  expected.filter(each => !actual.includes(each)).map(each => `the repository lost a snapshot: ${each}`)

/**
 * With an old view the controller may end the Job of an earlier attempt that had already ended by itself, and may see
 * of a pod only that it is gone and not that it was evicted.
 */
export const staleView = ({ path, actual }: Difference): boolean =>
  (/^objects \/ jobs\.batch \S+-\*-\d+$/.test(path) && actual === undefined) ||
  /BackupDisrupted \/ (reason|message)$/.test(path)

/** A maintain Job that dies is made again; what the first one had removed the second one cannot count. */
const uncounted = /snapshotsRemovedOnLastCleanup$|RetentionPolicyApplied \/ message$/

export const afterMaintainKill = (expected: EndState, actual: EndState): string[] =>
  differences(expected, actual)
    .filter(({ path }) => !uncounted.test(path))
    .map(sentenceOf)

/**
 * Another attempt did what the killed one could not. Different are its number and what carries it, and that the killed
 * one may have stored a snapshot too, of which the next one finds nothing new.
 */
function sameButLater(session: string, expected: EndState, actual: EndState): string[] {
  const key = nameOfSession(session)
  return differences(numberless(expected, key), numberless(actual, key))
    .filter(each => !each.path.startsWith(`objects / ${session} / status / conditions / BackupDisrupted`))
    .map(sentenceOf)
}

function numberless(end: EndState, key: string): unknown {
  const text = JSON.stringify({ ...end, objects: withoutJobs(end), metrics: withoutCounts(end) })
  const plain = JSON.parse(
    text
      .replaceAll(/"attempt":\d+/g, '"attempt":"<n>"')
      .replaceAll(/, attempt \d+"/g, ', attempt <n>"')
      .replaceAll(new RegExp(`${key}-\\*-\\d+(-finish)?`, 'g'), `${key}-*-<n>`)
      .replaceAll(/"(new|modified|unmodified)Files":\d+/g, '"$1Files":"<n>"')
      .replaceAll(/"snapshotCount":\d+/g, '"snapshotCount":"<n>"')
      .replaceAll(/,"finishJobName":"[^"]*"/g, ''),
  ) as { readonly snapshots: readonly string[] }
  return { ...plain, snapshots: [...new Set(plain.snapshots)] }
}

const withoutCounts = (end: EndState) =>
  Object.fromEntries(Object.entries(metricsOf(end)).filter(([name]) => !name.includes('snapshot_count')))

const withoutJobs = (end: EndState) =>
  Object.fromEntries(Object.entries(objectsOf(end)).filter(([key]) => !key.startsWith('jobs.batch')))

function successes(end: EndState, policy: string): string[] {
  return Object.entries(metricsOf(end))
    .filter(
      ([name, value]) => /_session_success\{/.test(name) && name.includes(`invoker_name=${policy},`) && value !== 0,
    )
    .map(([name]) => `${name} is 1 after a failed session`)
}

/** What a failed session has no part in. */
function independent(end: EndState): unknown {
  return Object.fromEntries(
    Object.entries(objectsOf(end)).filter(([key]) => /^(persistentvolumeclaims|cronjobs)/.test(key)),
  )
}
