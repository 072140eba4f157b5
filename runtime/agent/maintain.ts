import { z } from 'zod'
import { retentionPolicySchema } from '../../lib/api/retention-policy.js'
import type { Reason } from '../../lib/reason.js'
import type { ForgottenReport, StepReport } from '../../lib/report.js'
import { checkCommand, pruneCommand, statsCommand, unlockCommand } from '../../lib/restic/command.js'
import { forgetAccount, forgetCommand } from '../../lib/restic/forget.js'
import { parseDocument } from '../../lib/restic/json-lines.js'
import { checkDamage, checkErrors, checkPassed, only, type Statistics, statistics } from '../../lib/restic/messages.js'
import { identifyRepository } from './confirmation.js'
import { connect } from './connection.js'
import { looksAfterAnother } from './dead-locks.js'
import type { Ending } from './ending.js'
import { StepFailure } from './failure.js'
import type { Flags } from './flags.js'
import { repositoryMetrics } from './metrics.js'
import type { Pod } from './pod.js'
import { push } from './pushgateway.js'
import { type Restic, type Run, runRestic } from './restic.js'
import { listSnapshots } from './snapshot-listing.js'

type Maintenance = NonNullable<StepReport['maintenance']>
interface Trouble {
  readonly reason: Reason
  readonly message: string
}

const forgetSchema = z.array(
  z.strictObject({ host: z.string().min(1), path: z.string().min(1), policy: retentionPolicySchema }),
)

/**
 * Exclusive work on one repository: check, retention by host and path, prune, statistics. It begins by making sure
 * that this is the repository it is meant for; when it is not, nothing is touched. What removes comes after what looks:
 * in a damaged repository nothing is removed, and nothing is pruned in one that was to be checked and could not be.
 */
export async function maintain(flags: Flags, pod: Pod): Promise<Ending> {
  const orders = readOrders(flags)
  const restic = connect(flags, pod)
  pod.know({ repository: await identifyRepository(restic, flags.text('repository-id')) })
  const onlyUnlock = flags.boolean('only-unlock')
  for (let look = 0; look < (onlyUnlock ? looksAfterAnother : 1); look++)
    await requireSuccess(restic, unlockCommand(restic.access))
  if (onlyUnlock) return { outcome: 'Succeeded' }
  const troubles: Trouble[] = []
  const maintenance: Maintenance = {}
  const note = (facts: Maintenance) => pod.know({ maintenance: Object.assign(maintenance, facts) })
  const mustCheck = flags.boolean('check')
  const checked = mustCheck ? await check(restic, flags, troubles) : undefined
  if (checked !== undefined) note({ check: checked })
  const remove = { snapshots: checked?.ok !== false, data: checked?.ok === true || !mustCheck }
  if (!remove.data) pod.log(`nothing is pruned${remove.snapshots ? '' : ' and no snapshot removed'}: see the check`)
  const forgotten = remove.snapshots ? await forget(restic, orders, troubles) : []
  // Only retention that was applied everywhere counts as applied: what failed is due again.
  if (orders.length > 0 && forgotten.length === orders.length) note({ forgotten })
  if (flags.boolean('prune') && remove.data) note({ prune: await prune(restic, flags, troubles) })
  const { uncompressedBytes, ...counted } = await count(restic, troubles)
  note(counted)
  const metrics = await pushRepository(flags, pod, maintenance, uncompressedBytes)
  return { ...verdictOf(troubles), ...(metrics === undefined ? {} : { metrics }) }
}

function readOrders(flags: Flags): z.infer<typeof forgetSchema> {
  const parsed = forgetSchema.safeParse(flags.json('forget') ?? [])
  if (!parsed.success)
    throw new StepFailure('InvalidSpec', `--forget cannot be applied: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

async function requireSuccess(restic: Restic, args: readonly string[]): Promise<void> {
  const { verdict, words } = await runRestic(restic, args)
  if (verdict.outcome !== 'Succeeded') throw new StepFailure(verdict.reason, words)
}

async function forget(
  restic: Restic,
  orders: z.infer<typeof forgetSchema>,
  troubles: Trouble[],
): Promise<ForgottenReport[]> {
  const done: ForgottenReport[] = []
  for (const { host, path, policy } of orders) {
    const run = await runRestic(restic, forgetCommand(restic.access, { host, path }, policy))
    if (run.verdict.outcome !== 'Succeeded') {
      troubles.push(troubleOf(run, 'RetentionFailed', `retention of ${host}:${path}`))
      continue
    }
    const account = forgetAccount(run.output.trim() === '' ? undefined : (parseDocument(run.output) ?? ''), {
      host,
      path,
    })
    if ('problem' in account) {
      troubles.push({ reason: 'RetentionFailed', message: `retention of ${host}:${path}: ${account.problem}` })
      continue
    }
    const { kept, removed } = account
    const dry = policy.dryRun === true
    restic.pod.log(`retention of ${host}:${path}: kept ${kept}, ${dry ? 'would remove' : 'removed'} ${removed}`)
    done.push(dry ? { host, path, kept: kept + removed, removed: 0 } : { host, path, kept, removed })
  }
  return done
}

async function prune(restic: Restic, flags: Flags, troubles: Trouble[]): Promise<NonNullable<Maintenance['prune']>> {
  restic.pod.log('pruning')
  const limits = { maxUnused: flags.text('max-unused'), maxRepackSize: flags.text('max-repack-size') }
  // A prune holds the whole index in memory several times over; collecting garbage more often keeps it within limits.
  const run = await runRestic(restic, pruneCommand(restic.access, limits), { variables: { GOGC: '20' } })
  if (run.verdict.outcome === 'Succeeded') return { ok: true }
  const trouble = troubleOf(run, 'ResticFailed', 'prune')
  troubles.push(trouble)
  return { ok: false, message: trouble.message }
}

/** What the check found; undefined when it could not be made, which says nothing about the repository. */
async function check(restic: Restic, flags: Flags, troubles: Trouble[]): Promise<Maintenance['check']> {
  restic.pod.log('checking')
  const subset = flags.text('read-data-subset')
  const part = subset === '' || subset === '100%' ? {} : { part: true }
  const run = await runRestic(restic, checkCommand(restic.access, subset))
  const lines = [...run.output.split('\n'), ...run.warnings]
  const named = [...run.itemErrors.map(error => error.message), ...lines.filter(checkDamage)]
  const counted = run.messages.map(checkErrors).filter(found => found !== undefined)
  const errors = Math.max(named.length, ...counted)
  const said = only(run.messages.map(checkErrors)) === 0 || (counted.length === 0 && lines.some(checkPassed))
  if (run.verdict.outcome === 'Succeeded' && errors === 0 && said) return { ok: true, ...part }
  const trouble =
    errors > 0
      ? { reason: 'CheckFailed' as const, message: `check found ${errors} errors: ${named[0] ?? run.words}` }
      : run.verdict.outcome === 'Succeeded'
        ? { reason: 'ResticFailed' as const, message: 'check: restic did not say what it found' }
        : troubleOf(run, 'CheckFailed', 'check')
  troubles.push(trouble)
  return trouble.reason === 'CheckFailed' ? { ok: false, message: trouble.message } : undefined
}

async function count(restic: Restic, troubles: Trouble[]): Promise<Partial<Statistics>> {
  const run = await runRestic(restic, statsCommand(restic.access))
  const counted = statistics(parseDocument(run.output))
  if (run.verdict.outcome === 'Succeeded' && counted !== undefined) return counted
  troubles.push(troubleOf(run, 'ResticFailed', 'statistics'))
  return countSnapshots(restic)
}

// Statistics read every tree, which a damaged repository may lack; its snapshots can be counted all the same.
async function countSnapshots(restic: Restic): Promise<Partial<Statistics>> {
  try {
    return { snapshotCount: (await listSnapshots(restic)).snapshots.length }
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error
    restic.pod.log(`the snapshots could not be counted: ${error.message}`)
    return {}
  }
}

// restic’s own reason says more than “retention failed” when the store is away or the lock is held.
function troubleOf(run: Run, otherwise: Reason, what: string): Trouble {
  const { verdict, words } = run
  const known = verdict.outcome === 'Succeeded' || verdict.outcome === 'Partial' ? undefined : verdict.reason
  const reason = known === undefined || known === 'ResticFailed' ? otherwise : known
  return { reason, message: `${what}: ${words === '' ? 'restic gave no reason' : words}` }
}

function verdictOf(troubles: readonly Trouble[]): Ending {
  const worst = troubles.find(each => each.reason === 'CheckFailed') ?? troubles[0]
  if (worst === undefined) return { outcome: 'Succeeded' }
  return { outcome: 'Failed', reason: worst.reason, message: troubles.map(each => each.message).join('; ') }
}

async function pushRepository(
  flags: Flags,
  pod: Pod,
  of: Maintenance,
  uncompressedBytes: number | undefined,
): Promise<StepReport['metrics']> {
  const url = flags.text('pushgateway-url')
  if (url === '') return undefined
  const [namespace, repository] = [flags.text('namespace'), flags.text('repository-name')]
  const identity = { invokerKind: 'Repository', invokerName: repository, namespace, repository }
  const store = { backend: flags.text('provider'), bucket: flags.text('bucket'), prefix: flags.text('prefix') }
  const text = await repositoryMetrics(identity, store, {
    ...(of.check === undefined ? {} : { integrity: of.check.ok }),
    ...(of.totalBytes === undefined ? {} : { sizeBytes: of.totalBytes }),
    ...(uncompressedBytes === undefined ? {} : { uncompressedBytes }),
    ...(of.snapshotCount === undefined ? {} : { snapshotCount: of.snapshotCount }),
    ...(of.forgotten === undefined
      ? {}
      : { snapshotsCleaned: of.forgotten.reduce((sum, each) => sum + each.removed, 0) }),
  })
  const group = { cluster: flags.text('cluster-name'), namespace, invokerKind: 'Repository', invokerName: repository }
  const result = await push(url, group, text, pod.host)
  return result.message === undefined ? result : { ...result, message: pod.redact(result.message) }
}
