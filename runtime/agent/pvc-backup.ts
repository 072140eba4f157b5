import { snapshotTags } from '../../lib/identity.js'
import { backupCommand } from '../../lib/restic/command.js'
import { backupSummary, only } from '../../lib/restic/messages.js'
import { connect } from './connection.js'
import type { Ending } from './ending.js'
import { StepFailure } from './failure.js'
import type { Flags } from './flags.js'
import { PathLedger, type StoredPath } from './path-ledger.js'
import type { Pod } from './pod.js'
import { readableBytes } from './progress-log.js'
import { watchRepositoryId } from './repository-guard.js'
import { openForBackup } from './repository-opening.js'
import { type Restic, runRestic } from './restic.js'
import { hooksOf, readResults } from './shared-results.js'
import { checkPaths, refuseEmpty } from './source.js'

/**
 * Stores the target’s folders, a snapshot each. At most two restic calls beside one per folder, and those two only
 * in the session that may make the repository.
 */
export async function pvcBackup(flags: Flags, pod: Pod): Promise<Ending> {
  pod.know({ host: flags.text('hostname') })
  const restic = connect(flags, pod)
  const hooks = hooksOf(readResults(flags.text('output-dir')))
  pod.know(hooks)
  if (hooks.preHook?.ok === false) {
    throw new StepFailure(
      'PreHookFailed',
      `nothing was backed up: ${hooks.preHook.message ?? 'the hook before failed'}`,
    )
  }
  const paths = flags.list('paths')
  checkPaths(paths)
  if (flags.text('empty-source-policy') === 'Fail') refuseEmpty(paths)
  const repository = await openForBackup(restic, flags)
  if (repository !== undefined) pod.know({ repository })
  const ledger = new PathLedger(flags.text('output-dir'), flags.text('session-uid'), flags.integer('attempt'))
  const all: StoredPath[] = []
  for (const path of paths) {
    const stored = ledger.stored(path) ?? (await backUp(restic, flags, path))
    ledger.record(stored)
    all.push(stored)
    pod.know({ snapshots: all.map(each => each.snapshot) })
  }
  return judge(flags, all)
}

async function backUp(restic: Restic, flags: Flags, path: string): Promise<StoredPath> {
  const command = backupCommand(restic.access, {
    host: flags.text('hostname'),
    tags: snapshotTags({
      uid: flags.text('session-uid'),
      attempt: flags.integer('attempt'),
      paths: flags.list('paths').length,
      root: flags.text('mount-path'),
    }),
    path,
    exclude: flags.list('exclude'),
    args: flags.list('args'),
  })
  restic.pod.log(`backing up ${path} as ${flags.text('hostname')}`)
  const guard = watchRepositoryId(restic.pod.host.clock, restic.cacheDir, flags.text('repository-id'))
  const run = await runRestic(restic, command, { signal: guard.replaced }).finally(guard.stop)
  if (guard.replaced.aborted) throw new StepFailure('RepositoryReplaced', guard.message())
  const summary = only(run.messages.map(backupSummary))
  const { verdict } = run
  if (verdict.outcome === 'Failed' || verdict.outcome === 'Interrupted') {
    const vanished = verdict.reason === 'RepositoryNotInitialized' && flags.text('repository-id') !== ''
    throw new StepFailure(vanished ? 'RepositoryVanished' : verdict.reason, `${path}: ${run.words}`)
  }
  if (summary === undefined) {
    throw new StepFailure('SummaryMissing', `${path}: restic gave no summary with snapshot id and counts, or several`)
  }
  // A file that was gone before its turn is named by the scan alone, and is no loss.
  const unread = run.itemErrors.filter(({ during }) => verdict.outcome === 'Partial' || during === 'archival')
  const unreadable = unread.map(error => error.item)
  const lost = verdict.outcome === 'Partial' ? Math.max(1, unreadable.length) : unreadable.length
  restic.pod.log(
    `${path}: snapshot ${summary.snapshotId}, ${summary.totalFiles} files, ${readableBytes(summary.totalBytes)}`,
  )
  return {
    snapshot: {
      id: summary.snapshotId,
      path,
      totalBytes: summary.totalBytes,
      uploadedBytes: summary.addedBytes,
      seconds: Math.round(summary.seconds * 1000) / 1000,
      files: {
        total: summary.totalFiles,
        new: summary.filesNew,
        modified: summary.filesChanged,
        unmodified: summary.filesUnmodified,
        unreadable: lost,
      },
    },
    unreadable: unreadable.slice(0, 20),
  }
}

const named = 3

function judge(flags: Flags, all: readonly StoredPath[]): Ending {
  const sum = (count: (each: StoredPath) => number) => all.reduce((total, each) => total + count(each), 0)
  const unreadable = sum(each => each.snapshot.files.unreadable ?? 0)
  const files = sum(each => each.snapshot.files.total ?? 0)
  if (unreadable > 0) {
    const some = all
      .flatMap(each => each.unreadable)
      .slice(0, named)
      .join(', ')
    const more = unreadable > named ? ` and ${unreadable - named} more (all are in the log)` : ''
    const what = unreadable === 1 ? 'file or folder' : 'files or folders'
    const outcome = flags.text('partial-policy') === 'Accept' ? 'Partial' : 'Failed'
    return { outcome, reason: 'SourceUnreadable', message: `${unreadable} ${what} could not be read: ${some}${more}` }
  }
  const empty = all.filter(each => (each.snapshot.files.total ?? 0) === 0).map(each => each.snapshot.path)
  if (empty.length > 0 && flags.text('empty-source-policy') === 'Fail') {
    const message = `there is no file in ${empty.join(', ')}; if that is right, set emptySourcePolicy: Accept`
    return { outcome: 'Failed', reason: 'EmptySource', message }
  }
  return { outcome: 'Succeeded', message: `${files} files, ${readableBytes(sum(each => each.snapshot.totalBytes))}` }
}
