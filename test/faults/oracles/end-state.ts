import { labels } from '../../../lib/api/group.js'
import { decodeTags } from '../../../lib/identity.js'
import type { KubeObject } from '../../../sandbox/index.js'
import { seriesOf } from '../../behaviour/metric-series.js'
import { steady } from '../point.js'
import { masked, maskText } from './mask.js'

/** A snapshot as restic lists it. */
export interface StoredSnapshot {
  readonly id: string
  readonly hostname: string
  readonly paths: readonly string[]
  readonly tags?: readonly string[]
}

/** What is looked at when a flow is over. */
export interface Found {
  /** Live objects by resource. */
  readonly objects: Readonly<Record<string, readonly KubeObject[]>>
  readonly snapshots: readonly StoredSnapshot[]
  /** What `restic check` said: empty when it found nothing. */
  readonly damage: string
  /** Contents of claims by name and path. */
  readonly files: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Text of the Pushgateway's /metrics. */
  readonly metrics: string
  /** What the flow itself observed, such as the requests of hooks. */
  readonly own: unknown
}

/** How a flow ended, with everything masked that two good runs may differ in. */
export type EndState = Readonly<Record<string, unknown>>

/** Kinds whose objects count, by resource. */
export const comparedResources = [
  'repositories.holdfast.dev',
  'backupconfigurations.holdfast.dev',
  'backupsessions.holdfast.dev',
  'restoresessions.holdfast.dev',
  'jobs.batch',
  'persistentvolumeclaims',
  'cronjobs.batch',
] as const

/** Series whose values tell what happened; of the others only the presence counts, for they hold times and sizes. */
const telling = /_success$|_snapshot_count$|_snapshots_cleaned|_integrity$|_files_total$/

export function endState({ objects, snapshots, damage, files, metrics, own }: Found): EndState {
  const all = Object.values(objects).flat()
  const nameOfUid = new Map(all.map(each => [each.metadata.uid, steady(each.metadata.name)]))
  return {
    objects: Object.fromEntries(
      Object.entries(objects).flatMap(([resource, list]) =>
        list.filter(isCompared).map(each => [`${resource} ${placeOf(each)}`, summary(each, nameOfUid)]),
      ),
    ),
    snapshots: snapshots.map(each => snapshotSummary(each, nameOfUid)).sort(),
    damage,
    files,
    metrics: metricSummary(metrics),
    own: masked(own),
  }
}

// Of Jobs only ours; those of CronJobs are kept and removed by their own limits.
const isCompared = (object: KubeObject): boolean =>
  object.kind !== 'Job' || object.metadata.labels?.[labels.job] !== undefined

const placeOf = ({ metadata: { namespace = '', name } }: KubeObject): string => `${namespace}/${steady(name)}`

function summary(object: KubeObject, nameOfUid: ReadonlyMap<string, string>): unknown {
  const { metadata } = object
  const owners = (metadata.ownerReferences ?? []).map(
    owner =>
      `${owner.kind} ${steady(owner.name)}${nameOfUid.has(owner.uid) ? '' : ' (gone)'}${owner.controller === true ? ', controller' : ''}`,
  )
  return {
    owners,
    leaving: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? [],
    ownLabels: labelSummary(metadata.labels ?? {}),
    status: conditionsByType(statusOf(object)),
  }
}

const labelSummary = (own: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(own)
      .filter(([name]) => name.includes('holdfast') || name.includes('managed-by'))
      .map(([name, value]) => [name, steady(value)]),
  )

// How many bytes a repository takes depends on the salts in it.
function statusOf(object: KubeObject): unknown {
  if (object.kind === 'Job') return jobEnd(object)
  const status = masked(object['status'])
  return object.kind === 'Repository' ? { ...(status as object), totalBytes: undefined } : status
}

interface Conditioned {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
}

function jobEnd(job: KubeObject): unknown {
  const { conditions = [] } = (job['status'] ?? {}) as Conditioned
  return conditions
    .filter(each => each.status === 'True' && ['Complete', 'Failed'].includes(each.type))
    .map(each => each.type)
}

// By type, so that a difference names its condition and not its place in a list.
function conditionsByType(status: unknown): unknown {
  const { conditions } = (status ?? {}) as Conditioned
  if (conditions === undefined) return status
  return { ...(status as object), conditions: Object.fromEntries(conditions.map(each => [each.type, each])) }
}

function snapshotSummary(
  { hostname, paths, tags = [] }: StoredSnapshot,
  nameOfUid: ReadonlyMap<string, string>,
): string {
  const { session = '', attempt = 0 } = decodeTags(tags)
  return `${hostname}:${paths.join(',')} of ${nameOfUid.get(session) ?? 'a session that is gone'}, attempt ${attempt}`
}

function metricSummary(text: string): Readonly<Record<string, unknown>> {
  const series = seriesOf(text).filter(each => each.name.startsWith('holdfast_'))
  const nameOf = (each: (typeof series)[number]) =>
    maskText(
      `${each.name}{${Object.entries(each.labels)
        .map(([key, value]) => `${key}=${value}`)
        .sort()
        .join(',')}}`,
    )
  return Object.fromEntries(series.map(each => [nameOf(each), telling.test(each.name) ? each.value : '<value>']))
}
