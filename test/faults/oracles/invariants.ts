import { labels } from '../../../lib/api/group.js'
import { isFinal } from '../../../lib/session-phase.js'
import type { KubeObject } from '../../../sandbox/index.js'
import { called, hasRun, isSession, runs, type Scene, type SceneChange, sessionStatus } from './scene.js'

/** Watches one promise through a course; each text it gives is a breach of it. */
export interface Witness {
  see?(change: SceneChange): readonly string[]
  /** At the end of the course. */
  end?(): readonly string[]
}

/** A promise that holds at every change of the store. */
export interface Invariant {
  readonly name: string
  readonly witness: (scene: Scene) => Witness
}

const jobKind = (object: KubeObject): string => object.metadata.labels?.[labels.job] ?? ''
const jobOf = (pod: KubeObject): string => pod.metadata.labels?.['batch.kubernetes.io/job-name'] ?? ''
const isMover = (object: KubeObject): boolean => ['backup', 'restore'].includes(jobKind(object))
const isOfAttempt = (object: KubeObject): boolean => isMover(object) || jobKind(object) === 'finish'
const ownerOf = (object: KubeObject): string => object.metadata.ownerReferences?.[0]?.uid ?? ''
const sessionOf = ({ metadata: { labels: own = {}, namespace } }: KubeObject): string =>
  `${namespace}/${own[labels.session] ?? own[labels.restore] ?? ''}`

/** A finish Job may take twelve minutes after the deadline, and its pod some more to end. */
const deadlineGrace = 15 * 60_000

const oneJobPerAttempt: Invariant = {
  name: 'at most one Job is ever made for an attempt of a session',
  witness: () => {
    const made = new Set<string>()
    return {
      see({ type, resource, object }) {
        if (type !== 'ADDED' || resource !== 'jobs.batch' || !isOfAttempt(object)) return []
        const key = `${ownerOf(object)} ${object.metadata.name}`
        const again = made.has(key)
        made.add(key)
        return again ? [`${called(object)} was made twice`] : []
      },
    }
  },
}

const attemptBeforeJob: Invariant = {
  name: 'an attempt is written to the status before its Job is made',
  witness: scene => ({
    see({ type, resource, object }) {
      if (type !== 'ADDED' || resource !== 'jobs.batch' || !isOfAttempt(object)) return []
      const owner = [...scene.list('backupsessions.holdfast.dev'), ...scene.list('restoresessions.holdfast.dev')].find(
        each => each.metadata.uid === ownerOf(object),
      )
      if (owner === undefined) return []
      const { jobName, finishJobName } = sessionStatus(owner)
      const { name } = object.metadata
      return name === jobName || name === finishJobName
        ? []
        : [`${called(object)} was made, and ${called(owner)} names ${jobName ?? 'no Job'}`]
    },
  }),
}

const oneMover: Invariant = {
  name: 'no two movers ever run for one attempt, and no two at once for one session',
  witness: scene => {
    const started = new Map<string, string>()
    return {
      see({ type, resource, object }) {
        if (resource !== 'pods' || type === 'DELETED' || !isMover(object) || !hasRun(object)) return []
        const job = `${object.metadata.namespace}/${jobOf(object)}`
        const first = started.get(job) ?? object.metadata.uid
        started.set(job, first)
        const twice = first === object.metadata.uid ? [] : [`a second pod of Job ${job} ran: ${object.metadata.name}`]
        if (!runs(object)) return twice
        const other = scene
          .list('pods')
          .find(
            each =>
              each.metadata.uid !== object.metadata.uid &&
              isMover(each) &&
              runs(each) &&
              sessionOf(each) === sessionOf(object),
          )
        return other === undefined
          ? twice
          : [...twice, `${called(object)} runs beside ${called(other)} of the same session`]
      },
    }
  },
}

const exclusiveMaintenance: Invariant = {
  name: 'maintenance of a repository never runs beside a session',
  witness: scene => ({
    see({ type, resource, object }) {
      if (resource !== 'pods' || type === 'DELETED' || !runs(object)) return []
      const maintains = jobKind(object) === 'maintain'
      if (!maintains && !isMover(object)) return []
      const other = scene
        .list('pods')
        .find(each => runs(each) && (maintains ? isMover(each) : jobKind(each) === 'maintain'))
      return other === undefined ? [] : [`${called(object)} runs beside ${called(other)}`]
    },
  }),
}

const finalIsFinal: Invariant = {
  name: 'a session that has ended never changes its end',
  witness: () => ({
    see({ type, resource, object, previous }) {
      if (type !== 'MODIFIED' || !isSession(resource)) return []
      const [before, after] = [sessionStatus(previous), sessionStatus(object)]
      if (!isFinal(before.phase)) return []
      return before.phase === after.phase && before.completionTime === after.completionTime
        ? []
        : [`${called(object)} was ${before.phase} and became ${after.phase ?? 'nothing'}`]
    },
  }),
}

const successIsStored: Invariant = {
  name: 'a backup succeeds only with snapshots that the repository has',
  witness: scene => ({
    see({ resource, type, object, previous }) {
      const { phase, targets = [] } = sessionStatus(object)
      if (resource !== 'backupsessions.holdfast.dev' || type === 'DELETED' || isFinal(sessionStatus(previous).phase))
        return []
      if (phase !== 'Succeeded' && phase !== 'PartiallySucceeded') return []
      const ids = targets.flatMap(target => target.stats ?? []).flatMap(stats => stats.snapshots ?? [])
      if (ids.length === 0) return [`${called(object)} is ${phase} without a snapshot`]
      const stored = scene.stored()
      return ids
        .filter(({ id }) => !stored.has(id))
        .map(({ id }) => `${called(object)} is ${phase}, and the repository has no snapshot ${id}`)
    },
  }),
}

const foreignUntouched: Invariant = {
  name: 'nothing that belongs to others is touched',
  witness: () => ({
    see({ type, resource, object }) {
      if (object.metadata.labels?.[foreign] === undefined || type === 'ADDED') return []
      return [`${called(object)} (${resource}) belongs to others, and was ${type}`]
    },
  }),
}

const everySessionEnds: Invariant = {
  name: 'every session ends, by its deadline',
  witness: scene => ({
    end: () =>
      ['backupsessions.holdfast.dev', 'restoresessions.holdfast.dev'].flatMap(resource =>
        scene.list(resource).flatMap(session => {
          const { phase, completionTime, sessionDeadline } = sessionStatus(session)
          if (!isFinal(phase)) return [`${called(session)} is still ${phase ?? 'without a phase'} at the end`]
          const late = Date.parse(completionTime ?? '') - Date.parse(sessionDeadline ?? '')
          return late > deadlineGrace ? [`${called(session)} ended ${late / 1000} s after its deadline`] : []
        }),
      ),
  }),
}

/** Label of objects that Holdfast has nothing to do with. */
export const foreign = 'example.com/foreign'

export const invariants: readonly Invariant[] = [
  oneJobPerAttempt,
  attemptBeforeJob,
  oneMover,
  exclusiveMaintenance,
  finalIsFinal,
  successIsStored,
  foreignUntouched,
  everySessionEnds,
]
