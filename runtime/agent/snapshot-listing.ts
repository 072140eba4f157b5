import { snapshotsCommand } from '../../lib/restic/command.js'
import { judgeWords } from '../../lib/restic/exit-code.js'
import { parseDocument } from '../../lib/restic/json-lines.js'
import { ignoredSnapshot, listingFailed, type Snapshot, snapshotList } from '../../lib/restic/messages.js'
import { StepFailure } from './failure.js'
import { type Restic, runRestic } from './restic.js'

/** The snapshots that a repository lists, and why it passed others over. */
export interface Listing {
  readonly snapshots: readonly Snapshot[]
  /** restic’s words about snapshots that it could not read. */
  readonly ignored: readonly string[]
}

/**
 * Lists snapshots, without a lock. restic ends with 0 and an empty list even when the store refuses to list them or to
 * read one, so its warnings are read too. Throws a StepFailure when there is no list that can be trusted.
 */
export async function listSnapshots(
  restic: Restic,
  of: { host?: string; tags?: readonly string[]; knownId?: string } = {},
): Promise<Listing> {
  const { knownId, ...filter } = of
  const { verdict, words, output, warnings } = await runRestic(restic, snapshotsCommand(restic.access, filter))
  if (verdict.outcome !== 'Succeeded') {
    const vanished = verdict.reason === 'RepositoryNotInitialized' && knownId !== undefined && knownId !== ''
    throw new StepFailure(vanished ? 'RepositoryVanished' : verdict.reason, words)
  }
  const snapshots = snapshotList(parseDocument(output))
  const failed = warnings.find(listingFailed)
  if (snapshots === undefined || failed !== undefined) {
    throw listingFailure(failed ?? 'restic printed no list of snapshots')
  }
  return { snapshots, ignored: warnings.flatMap(line => ignoredSnapshot(line) ?? []) }
}

function listingFailure(words: string): StepFailure {
  const verdict = judgeWords(words)
  return new StepFailure(verdict.outcome === 'Succeeded' ? 'ResticFailed' : verdict.reason, words)
}
