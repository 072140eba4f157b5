import { z } from 'zod'
import { reasons } from './reason.js'

/** What a step says at its end, in its container’s termination message and in the output folder of the pod. */
const counts = z.strictObject({
  total: z.int(),
  new: z.int(),
  modified: z.int(),
  unmodified: z.int(),
  unreadable: z.int(),
})
const snapshot = z.strictObject({
  id: z.string(),
  path: z.string(),
  totalBytes: z.int(),
  uploadedBytes: z.int(),
  seconds: z.number(),
  files: counts.partial(),
})
const restored = z.strictObject({ id: z.string(), path: z.string(), files: z.int(), bytes: z.int() })
const forgotten = z.strictObject({ host: z.string(), path: z.string(), kept: z.int(), removed: z.int() })

export const steps = [
  'trigger',
  'pvc-backup',
  'pvc-restore',
  'update-status',
  'finish',
  'maintain',
  'run-hook',
] as const
export type Step = (typeof steps)[number]
export const outcomes = ['Succeeded', 'Partial', 'Failed', 'Skipped', 'Interrupted'] as const
export type Outcome = (typeof outcomes)[number]

const hook = z.strictObject({ ran: z.boolean(), ok: z.boolean(), message: z.string().optional() })

export const stepReportSchema = z.strictObject({
  /** Tells our messages from those of other programs and of the kubelet. */
  holdfast: z.literal(1),
  step: z.enum(steps),
  outcome: z.enum(outcomes),
  reason: z.enum(Object.keys(reasons) as [keyof typeof reasons, ...(keyof typeof reasons)[]]).optional(),
  message: z.string().optional(),
  /** Wall time in seconds. */
  seconds: z.number().optional(),
  host: z.string().optional(),
  repository: z
    .strictObject({ id: z.string().optional(), format: z.int().optional(), initialized: z.boolean().optional() })
    .optional(),
  /** Snapshots that a backup made; `confirmed` once the repository itself listed them. */
  snapshots: z.array(snapshot).optional(),
  confirmed: z.boolean().optional(),
  restored: z.array(restored).optional(),
  metrics: z.strictObject({ pushed: z.boolean(), message: z.string().optional() }).optional(),
  preHook: hook.optional(),
  postHook: hook.optional(),
  maintenance: z
    .strictObject({
      forgotten: z.array(forgotten).optional(),
      check: z.strictObject({ ok: z.boolean(), message: z.string().optional() }).optional(),
      prune: z.strictObject({ ok: z.boolean(), message: z.string().optional() }).optional(),
      totalBytes: z.int().optional(),
      snapshotCount: z.int().optional(),
    })
    .optional(),
})

const packedReportSchema = stepReportSchema.extend({
  packed: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
})
type PackedReport = z.infer<typeof packedReportSchema>

export type StepReport = z.infer<typeof stepReportSchema>
export type SnapshotReport = z.infer<typeof snapshot>
export type RestoredReport = z.infer<typeof restored>
export type ForgottenReport = z.infer<typeof forgotten>

/** The kubelet keeps 4096 bytes of a container’s message, and 12 288 of a pod’s, shared by all its containers. */
export function messageBudget(containers: number): number {
  return Math.min(4096, Math.floor(12288 / (containers + 3)))
}

const clip = (text: string | undefined, length: number) =>
  text === undefined || text.length <= length ? text : `${text.slice(0, length - 1)}…`
const size = (text: string) => Buffer.byteLength(text)

/**
 * A report as a termination message of at most `budget` bytes. Ids are never given up: texts are clipped first, then
 * snapshots are packed without their paths (their order is that of the target's paths), then without their counts.
 */
export function encodeReport(report: StepReport, budget: number): string {
  const candidates = [1024, 512, 256, 96, 32].map(length => () => clipTexts(report, length))
  const packed = [9, 1].map(fields => () => pack(clipTexts(report, 32), fields))
  for (const candidate of [...candidates, ...packed]) {
    const text = JSON.stringify(candidate())
    if (size(text) <= budget) return text
  }
  const { step, outcome, reason } = report
  return JSON.stringify({ holdfast: 1, step, outcome, reason })
}

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
    const parsed = packedReportSchema.safeParse(JSON.parse(text))
    if (!parsed.success) return undefined
    const { packed, ...report } = parsed.data
    return packed === undefined ? report : { ...report, snapshots: packed.map(unpack) }
  } catch {
    return undefined
  }
}
