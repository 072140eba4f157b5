import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Hook, postHookSchema, preHookSchema } from '../../lib/api/hooks.js'
import type { PolicySummary } from '../../lib/notification/notify-container.js'
import { type SessionSummary, summaryValues } from '../../lib/notification/summary.js'
import type { StepReport } from '../../lib/report.js'
import { deadline } from './deadline.js'
import type { Ending } from './ending.js'
import type { Flags } from './flags.js'
import { runAction } from './hook-action.js'
import { confidential } from './outgoing-request.js'
import type { Pod } from './pod.js'
import { type RequestSecrets, readRequestSecrets } from './request-secrets.js'
import { moverSummary, summaryIn } from './session-summary.js'
import {
  type HookResult,
  postHookFile,
  preHookFile,
  readResults,
  reportOf,
  type SharedResults,
} from './shared-results.js'

const limitMilliseconds = 5 * 60_000

/**
 * Runs a hook and leaves its result in the pod’s shared folder. A failed hook before keeps the mover from starting;
 * a failed hook after fails the session; both by that result, for this step’s container always ends well.
 */
export async function runHook(flags: Flags, pod: Pod): Promise<Ending> {
  const isPost = flags.text('hook-type').startsWith('post')
  const folder = flags.text('output-dir')
  const results = readResults(folder)
  const parsed = (isPost ? postHookSchema : preHookSchema).safeParse(flags.json('hook'))
  const given = (flags.json('session') ?? noPolicy) as PolicySummary
  const { phase, ...facts } = isPost ? moverSummary(moverReport(results)) : { phase: 'Started' as const }
  const summary = summaryIn(pod, { ...given, ...facts }, phase)
  const result = parsed.success
    ? await resultOf(parsed.data, {
        skipped: isPost ? skipReason(parsed.data, results) : undefined,
        session: summary,
        secrets: readRequestSecrets([parsed.data], flags.text('request-secrets'))[0] ?? noSecrets,
        pod,
      })
    : {
        ran: false,
        ok: false,
        message: 'the hook cannot be read: it must be one of exec, httpGet, httpPost, tcpSocket',
      }
  leave(folder, isPost ? postHookFile : preHookFile, result)
  pod.know(isPost ? { postHook: result } : { preHook: result })
  const message = result.message === undefined ? {} : { message: result.message }
  if (!result.ok) return { outcome: 'Failed', reason: isPost ? 'PostHookFailed' : 'PreHookFailed', ...message }
  return {
    outcome: result.ran ? 'Succeeded' : 'Skipped',
    reason: result.ran ? 'HookSucceeded' : 'HookSkipped',
    ...message,
  }
}

interface Run {
  /** Why the policy leaves the hook out. */
  readonly skipped: string | undefined
  readonly session: SessionSummary
  readonly secrets: RequestSecrets
  readonly pod: Pod
}

const noSecrets: RequestSecrets = { url: undefined, headers: [] }

async function resultOf(hook: Hook, { skipped, session, secrets, pod }: Run): Promise<HookResult> {
  if (skipped !== undefined) return { ran: false, ok: true, message: skipped }
  const limit = deadline(pod.host.clock, limitMilliseconds)
  pod.keepSecret(confidential(secrets))
  const problem = await runAction(hook, {
    host: pod.host,
    podAddress: pod.env['POD_IP'] ?? '127.0.0.1',
    signal: AbortSignal.any([pod.stop.signal, limit.signal]),
    log: pod.log,
    values: summaryValues(session),
    secrets,
  }).finally(limit.lift)
  return problem === undefined ? { ran: true, ok: true } : { ran: true, ok: false, message: pod.redact(problem) }
}

const moverReport = (results: SharedResults): StepReport | undefined =>
  reportOf(results, 'finish') ?? reportOf(results, 'pvc-backup') ?? reportOf(results, 'pvc-restore')

// A hook without variables is not told whose it is.
const noPolicy: PolicySummary = { kind: 'BackupSession', namespace: '', target: '', repository: '', host: '' }

/** Why the policy leaves the hook out, judged by what the mover (or the finish step in its place) left. */
function skipReason(hook: Hook, results: SharedResults): string | undefined {
  const policy = hook.executionPolicy ?? 'Always'
  const report = moverReport(results)
  const good = report !== undefined && ['Succeeded', 'Partial', 'Skipped'].includes(report.outcome)
  if (policy === 'OnSuccess' && !good) return 'executionPolicy is OnSuccess, and the session failed'
  if (policy === 'OnFailure' && good) return 'executionPolicy is OnFailure, and the session did not fail'
  return undefined
}

function leave(folder: string, name: string, result: HookResult): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.new`), JSON.stringify(result))
  renameSync(join(folder, `${name}.new`), join(folder, name))
}
