import type { RetentionPolicy } from '../../lib/api/retention-policy.js'
import { policyKey } from '../../lib/fleet/policy.js'
import type { Snapshot } from '../../lib/restic/messages.js'
import { type ForgetPlan, forgetPlan } from '../../lib/retention/forget-plan.js'
import { lastingTags } from '../../lib/retention/policy-outlook.js'
import { nextSlot } from '../../lib/schedule.js'
import type { Terminal } from '../display/terminal.js'
import { exitCodes, UserError } from '../user-error.js'
import { type KeepOptions, retentionFrom } from './keep-options.js'
import { choosePolicies } from './policies.js'
import { printPreviews } from './preview-display.js'
import { readSnapshots } from './snapshot-source.js'
import { nextSnapshot, type Preview, type Subject } from './subject.js'

export interface PreviewOptions extends KeepOptions {
  readonly policy?: string
  readonly snapshots?: string
  readonly live?: boolean
  readonly host?: string
  readonly path?: string
  readonly asItIs?: boolean
  readonly at?: string
  readonly output: string
}

/** Prints which snapshots of a repository retention would remove. Throws UserError for what cannot be used. */
export async function preview(
  places: readonly string[],
  options: PreviewOptions,
  terminals: { readonly out: Terminal; readonly errors: Terminal },
  signal: AbortSignal,
): Promise<void> {
  const now = timeOf(options.at)
  const subjects = subjectsOf(places, options, now, terminals.errors)
  const snapshots = await readSnapshots(sourceOf(options), terminals.errors, signal)
  const previews = subjects.map(subject => ({ ...subject, plan: planOf(subject, snapshots, now) }))
  if (options.output === 'json') terminals.out.line(JSON.stringify(previews.map(documentOf), undefined, 2))
  else printPreviews(previews, snapshots, now, terminals.out)
}

function sourceOf({ live, snapshots }: PreviewOptions): { readonly file: string } | 'live' {
  if ((live === true) === (snapshots !== undefined)) {
    throw new UserError('say where the snapshots are: either --snapshots <file> or --live', exitCodes.usage)
  }
  return snapshots === undefined ? 'live' : { file: snapshots }
}

function subjectsOf(places: readonly string[], options: PreviewOptions, now: Date, errors: Terminal): Subject[] {
  const retention = retentionFrom(options)
  if (options.host !== undefined || options.path !== undefined) return [bareSubject(options, retention)]
  const { policies } = choosePolicies(places, options.policy, errors)
  return policies.flatMap(policy =>
    policy.paths.map(path => ({
      name: policyKey(policy),
      of: { host: policy.host, path },
      retention: retention ?? policy.spec.retentionPolicy,
      nextRun: policy.schedule === undefined || options.asItIs === true ? undefined : nextSlot(policy.schedule, now),
      tags: lastingTags(policy),
    })),
  )
}

function bareSubject({ host, path }: PreviewOptions, retention: RetentionPolicy | undefined): Subject {
  if (host === undefined || path === undefined || retention === undefined) {
    throw new UserError('without a policy it takes --host, --path and at least one --keep-… option', exitCodes.usage)
  }
  return { name: host, of: { host, path }, retention, nextRun: undefined, tags: [] }
}

function planOf({ of, retention, nextRun, tags }: Subject, snapshots: readonly Snapshot[], now: Date): ForgetPlan {
  try {
    if (nextRun === undefined) return forgetPlan(of, retention, snapshots, now)
    const next = { id: nextSnapshot, time: nextRun.toISOString(), host: of.host, paths: [of.path], tags }
    return forgetPlan(of, retention, [...snapshots, next], new Date(nextRun.getTime() + 1))
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`${of.host}:${of.path}: ${error.message}`)
    throw error
  }
}

function documentOf({ name, of, retention, nextRun, plan }: Preview): object {
  const verdicts = plan.groups.flatMap(group => group.verdicts)
  const brief = ({ id, time, paths, tags }: Snapshot) => ({ id, time, paths, tags })
  return {
    policy: name,
    ...of,
    retentionPolicy: retention,
    nextRun: nextRun ?? null,
    refusal: plan.refusal ?? null,
    keep: verdicts.flatMap(({ keep, snapshot, reasons }) => (keep ? [{ ...brief(snapshot), reasons }] : [])),
    remove: verdicts.flatMap(({ keep, snapshot }) => (keep ? [] : [brief(snapshot)])),
    untouched: plan.untouched.length,
  }
}

function timeOf(text: string | undefined): Date {
  const time = text === undefined ? new Date() : new Date(text)
  if (!Number.isNaN(time.getTime())) return time
  throw new UserError(`--at '${text}' is no time; expected one such as 2026-03-01T12:00:00Z`, exitCodes.usage)
}
