import { type Reason, reasons } from './reason.js'
import { finite, flag, listOf, natural, oneOf, optional, record, type Test, text } from './shape.js'

export const steps = [
  'trigger',
  'pvc-backup',
  'pvc-restore',
  'update-status',
  'finish',
  'maintain',
  'run-hook',
  'notify',
] as const
export type Step = (typeof steps)[number]
export const outcomes = ['Succeeded', 'Partial', 'Failed', 'Skipped', 'Interrupted'] as const
export type Outcome = (typeof outcomes)[number]

/** Counts of files; a count that restic did not give is absent. */
export interface FileCounts {
  total?: number | undefined
  new?: number | undefined
  modified?: number | undefined
  unmodified?: number | undefined
  unreadable?: number | undefined
}

/** A snapshot that a backup made. */
export interface SnapshotReport {
  id: string
  path: string
  totalBytes: number
  uploadedBytes: number
  seconds: number
  files: FileCounts
}

/** A snapshot that was restored. */
export interface RestoredReport {
  id: string
  path: string
  files: number
  bytes: number
}

/** What retention did to the snapshots of one host and path. */
export interface ForgottenReport {
  host: string
  path: string
  kept: number
  removed: number
}

export interface HookReport {
  ran: boolean
  ok: boolean
  message?: string | undefined
}

export interface MaintenanceReport {
  forgotten?: ForgottenReport[] | undefined
  /** `part`: it read a share of the data, and another one than the check before. */
  check?: { ok: boolean; message?: string | undefined; part?: boolean | undefined } | undefined
  prune?: { ok: boolean; message?: string | undefined } | undefined
  totalBytes?: number | undefined
  snapshotCount?: number | undefined
}

/** What a step says at its end, in its container’s termination message and in the output folder of the pod. */
export interface StepReport {
  /** Tells our messages from those of other programs and of the kubelet. */
  holdfast: 1
  step: Step
  outcome: Outcome
  reason?: Reason | undefined
  message?: string | undefined
  /** Wall time in seconds. */
  seconds?: number | undefined
  host?: string | undefined
  repository?: { id?: string | undefined; format?: number | undefined; initialized?: boolean | undefined } | undefined
  /** Snapshots that a backup made; `confirmed` once the repository itself listed them. */
  snapshots?: SnapshotReport[] | undefined
  confirmed?: boolean | undefined
  restored?: RestoredReport[] | undefined
  metrics?: { pushed: boolean; message?: string | undefined } | undefined
  preHook?: HookReport | undefined
  postHook?: HookReport | undefined
  maintenance?: MaintenanceReport | undefined
}

interface PackedReport extends StepReport {
  packed?: (string | number)[][]
  /** restic’s ids, 64 digits each, one after the other. */
  ids?: string
  restoredIds?: string
}

// restic’s ids: SHA-256 in hexadecimal.
const fullId: Test = value => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
const counts = optional(natural)
const noted = record({ ok: flag, message: optional(text) })
const hook = record({ ran: flag, ok: flag, message: optional(text) })
const reportShape: Test = record({
  holdfast: value => value === 1,
  step: oneOf(steps),
  outcome: oneOf(outcomes),
  reason: optional(oneOf(Object.keys(reasons))),
  message: optional(text),
  seconds: optional(finite),
  host: optional(text),
  repository: optional(record({ id: optional(fullId), format: optional(natural), initialized: optional(flag) })),
  snapshots: optional(
    listOf(
      record({
        id: fullId,
        path: text,
        totalBytes: natural,
        uploadedBytes: natural,
        seconds: finite,
        files: record({ total: counts, new: counts, modified: counts, unmodified: counts, unreadable: counts }),
      }),
    ),
  ),
  confirmed: optional(flag),
  restored: optional(listOf(record({ id: fullId, path: text, files: natural, bytes: natural }))),
  metrics: optional(record({ pushed: flag, message: optional(text) })),
  preHook: optional(hook),
  postHook: optional(hook),
  maintenance: optional(
    record({
      forgotten: optional(listOf(record({ host: text, path: text, kept: natural, removed: natural }))),
      check: optional(record({ ok: flag, message: optional(text), part: optional(flag) })),
      prune: optional(noted),
      totalBytes: optional(natural),
      snapshotCount: optional(natural),
    }),
  ),
  packed: optional(listOf(listOf(value => text(value) || finite(value)))),
  ids: optional(text),
  restoredIds: optional(text),
})

/** Whether a JSON value is what a hook left. */
export function isHookReport(value: unknown): value is HookReport {
  return hook(value)
}

/** Whether a JSON value is a step’s report, in whichever form `encodeReport` wrote it. */
export function isStepReport(value: unknown): value is StepReport {
  return reportShape(value)
}

/** The kubelet keeps 4096 bytes of a container’s message, and 12 288 of a pod’s, shared by all its containers. */
export function messageBudget(containers: number): number {
  return Math.min(4096, Math.floor(12288 / (containers + 3)))
}

const clip = (text: string | undefined, length: number) =>
  text === undefined || text.length <= length ? text : `${text.slice(0, length - 1)}…`
const size = (text: string) => Buffer.byteLength(text)

/**
 * A report as a termination message of at most `budget` bytes. Ids are never given up: texts are clipped first, then
 * snapshots are packed without their paths (their order is that of the target's paths), then without their counts, and
 * at last only the outcome and the ids themselves stay: 640 bytes hold eight.
 */
export function encodeReport(report: StepReport, budget: number): string {
  const candidates = [1024, 512, 256, 96, 32].map(length => () => clipTexts(report, length))
  const packed = [9, 1].map(fields => () => pack(clipTexts(report, 32), fields))
  for (const candidate of [...candidates, ...packed]) {
    const text = JSON.stringify(candidate())
    if (size(text) <= budget) return text
  }
  const { step, outcome, reason } = report
  const last = JSON.stringify(essence(report))
  return size(last) <= budget ? last : JSON.stringify({ holdfast: 1, step, outcome, reason })
}

function essence({ step, outcome, reason, confirmed, snapshots, restored }: StepReport): PackedReport {
  return {
    ...{ holdfast: 1, step, outcome, reason },
    ...(confirmed === true ? { confirmed } : {}),
    ...(snapshots === undefined ? {} : { ids: snapshots.map(each => each.id).join('') }),
    ...(restored === undefined ? {} : { restoredIds: restored.map(each => each.id).join('') }),
  }
}

const idsIn = (joined: string): string[] => joined.match(/[0-9a-f]{64}/g) ?? []

function clipTexts(report: StepReport, length: number): StepReport {
  const clipped = (key: string, value: unknown) =>
    key === 'message' && typeof value === 'string' ? clip(value, length) : value
  return JSON.parse(JSON.stringify(report, clipped)) as StepReport
}

function pack(report: StepReport, fields: number): PackedReport {
  const { snapshots, restored, maintenance, ...rest } = report
  const { forgotten, ...maintained } = maintenance ?? {}
  const removed = (forgotten ?? []).reduce((sum, each) => sum + each.removed, 0)
  const kept = (forgotten ?? []).reduce((sum, each) => sum + each.kept, 0)
  return {
    ...rest,
    ...(snapshots === undefined ? {} : { packed: snapshots.map(each => tuple(each).slice(0, fields)) }),
    ...(restored === undefined ? {} : { restored: restored.map(each => ({ ...each, path: '' })) }),
    ...(maintenance === undefined
      ? {}
      : {
          maintenance: {
            ...maintained,
            ...(forgotten === undefined ? {} : { forgotten: [{ host: '', path: '', kept, removed }] }),
          },
        }),
  }
}

function tuple({ id, totalBytes, uploadedBytes, seconds, files }: SnapshotReport): (string | number)[] {
  const { total = -1, new: added = -1, modified = -1, unmodified = -1, unreadable = -1 } = files
  return [id, totalBytes, uploadedBytes, seconds, total, added, modified, unmodified, unreadable]
}

function unpack(packed: readonly (string | number)[]): SnapshotReport {
  const [id, totalBytes, uploadedBytes, seconds, total, added, modified, unmodified, unreadable] = packed
  const number = (value: string | number | undefined) => (typeof value === 'number' ? value : 0)
  const count = (key: keyof SnapshotReport['files'], value: string | number | undefined) =>
    typeof value === 'number' && value >= 0 ? { [key]: value } : {}
  return {
    id: String(id),
    path: '',
    totalBytes: number(totalBytes),
    uploadedBytes: number(uploadedBytes),
    seconds: number(seconds),
    files: {
      ...count('total', total),
      ...count('new', added),
      ...count('modified', modified),
      ...count('unmodified', unmodified),
      ...count('unreadable', unreadable),
    },
  }
}

/** A step's report out of a termination message; undefined for anything that no step of ours wrote. */
export function decodeReport(text: string | undefined): StepReport | undefined {
  if (text === undefined || !text.startsWith('{"holdfast":1')) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    if (!isStepReport(parsed)) return undefined
    const { packed, ids, restoredIds, ...report }: PackedReport = parsed
    return {
      ...report,
      ...(packed === undefined ? {} : { snapshots: packed.map(unpack) }),
      ...(ids === undefined ? {} : { snapshots: idsIn(ids).map(id => unpack([id])) }),
      ...(restoredIds === undefined
        ? {}
        : { restored: idsIn(restoredIds).map(id => ({ id, path: '', files: 0, bytes: 0 })) }),
    }
  } catch {
    return undefined
  }
}
