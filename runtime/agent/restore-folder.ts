import type { RestoredReport } from '../../lib/report.js'
import { restoreCommand } from '../../lib/restic/command.js'
import {
  type BackupCounts,
  type ItemError,
  only,
  type RestoreSummary,
  restoreSummary,
} from '../../lib/restic/messages.js'
import type { Selected } from '../../lib/restic/selection.js'
import { countEntries } from './entry-count.js'
import { StepFailure } from './failure.js'
import type { Flags } from './flags.js'
import { type Restic, type Run, runRestic } from './restic.js'

export interface RestoredFolder {
  readonly restored: RestoredReport
  /** What is not as it was, although all data is: for people. */
  readonly remark?: string
}

/**
 * Restores one stored folder. Success needs restic’s exit 0 with a summary, or errors that are about owners only.
 * restic’s summary counts files as restored whose writing failed, so any other error fails the restore.
 */
export async function restoreFolder(
  restic: Restic,
  flags: Flags,
  of: Selected,
  target: string,
  stored?: BackupCounts,
): Promise<RestoredFolder> {
  const include = flags.list('include')
  restic.pod.log(`restoring ${of.id.slice(0, 8)}:${of.storedPath} into ${target}`)
  const command = restoreCommand(restic.access, {
    snapshot: of.id,
    storedPath: of.storedPath,
    target,
    include,
    exclude: flags.list('exclude'),
    deleteOthers: flags.text('overwrite') === 'Replace',
  })
  const run = await runRestic(restic, command)
  const summary = only(run.messages.map(restoreSummary))
  const owners = ownersOnly(run)
  if (run.verdict.outcome !== 'Succeeded' && !owners) throw failureOf(run, of)
  if (run.itemErrors.length > 0 && !owners) throw failureOf(run, of)
  if (summary === undefined)
    throw new StepFailure('SummaryMissing', `${of.storedPath}: restic gave no summary, or several`)
  if (summary.total === 0 && include.length > 0) {
    const message = `${of.storedPath} of snapshot ${of.id.slice(0, 8)} has nothing that matches ${include.join(', ')}`
    throw new StepFailure('SnapshotNotFound', message)
  }
  const selective = include.length > 0 || flags.list('exclude').length > 0
  const doubt = doubtOf(summary, selective ? undefined : stored) ?? (await lackOf(target, summary))
  if (doubt !== undefined) throw new StepFailure('RestoreIncomplete', `${of.storedPath}: ${doubt}`)
  const remark = ownerRemark(owners)
  return { restored: counted(of, summary), ...(remark === undefined ? {} : { remark }) }
}

/**
 * Why a summary cannot be that of a complete restore. restic counts what it skipped beside the total, and the folders
 * above a selected file among what it restored (0.18).
 */
function doubtOf({ total, restored, skipped, totalBytes, bytesRestored }: RestoreSummary, stored?: BackupCounts) {
  if (restored < total) return `restic restored ${restored} of ${total} files and folders`
  if (bytesRestored < totalBytes) return `restic restored ${bytesRestored} of ${totalBytes} bytes`
  const seen = total + skipped
  if (stored !== undefined && seen < stored.totalFiles)
    return `the snapshot has ${stored.totalFiles} files, and restic says that it went through ${seen}`
  return undefined
}

async function lackOf(target: string, { total, skipped }: RestoreSummary): Promise<string | undefined> {
  const there = await countEntries(target, total + skipped)
  if (there >= total + skipped) return undefined
  return `restic says that it restored ${total + skipped} files and folders, and ${target} has ${there}`
}

const counted = ({ id, storedPath }: Selected, summary: RestoreSummary): RestoredReport => ({
  id,
  path: storedPath,
  files: summary.restored,
  bytes: summary.bytesRestored,
})

/** Whether restic’s only complaint is that it may not give files to their owners (root without CAP_CHOWN). */
function ownersOnly({ itemErrors, verdict }: Run): boolean {
  if (verdict.outcome !== 'Failed' || verdict.reason !== 'ResticFailed' || itemErrors.length === 0) return false
  return itemErrors.every(({ message }) => /^lchown .*: operation not permitted$/.test(message))
}

// As another user than root restic gives up on owners without a word (0.17 and later).
function ownerRemark(owners: boolean): string | undefined {
  const user = process.getuid?.() ?? 0
  if (user === 0 && !owners) return undefined
  return `everything belongs to user ${user}, whoever owned it before: only privileges: read-any-file restores owners`
}

const named = 3

function failureOf(run: Run, { storedPath }: Selected): StepFailure {
  const { verdict, itemErrors, words } = run
  if (itemErrors.length === 0) {
    const reason = verdict.outcome === 'Succeeded' ? 'RestoreIncomplete' : verdict.reason
    return new StepFailure(reason === 'ResticFailed' ? 'RestoreIncomplete' : reason, `${storedPath}: ${words}`)
  }
  const some = itemErrors.slice(0, named).map(describe).join('; ')
  const more = itemErrors.length > named ? `; and ${itemErrors.length - named} more (all are in the log)` : ''
  const denied = itemErrors.every(({ message }) => /permission denied|read-only file system|^lchown /.test(message))
  const full = itemErrors.some(({ message }) => /no space left on device|disk quota exceeded/.test(message))
  const reason = full ? 'TargetFull' : denied ? 'TargetNotWritable' : 'RestoreIncomplete'
  return new StepFailure(reason, `${storedPath}: ${itemErrors.length} could not be restored: ${some}${more}`)
}

const describe = ({ item, message }: ItemError) => `${item}: ${message}`
