import { sessionTag } from '../../lib/identity.js'
import type { SnapshotReport, StepReport } from '../../lib/report.js'
import { isFullId, type Snapshot } from '../../lib/restic/messages.js'
import { StepFailure } from './failure.js'
import { replacedMessage } from './repository-guard.js'
import { type Restic, readConfig } from './restic.js'
import { listSnapshots } from './snapshot-listing.js'

type Repository = NonNullable<StepReport['repository']>

/**
 * The repository’s id and format, as it says itself now; `told` is what an earlier step was told by it. Throws
 * RepositoryReplaced when it is not the known one or the told one, RepositoryVanished when it is gone.
 */
export async function identifyRepository(restic: Restic, knownId: string, told?: Repository): Promise<Repository> {
  const opened = await readConfig(restic)
  if ('run' in opened) {
    const { verdict, words } = opened.run
    if (verdict.outcome === 'Succeeded')
      throw new StepFailure('ResticFailed', 'restic did not tell the repository’s id')
    const vanished = verdict.reason === 'RepositoryNotInitialized' && (knownId !== '' || told?.id !== undefined)
    throw new StepFailure(vanished ? 'RepositoryVanished' : verdict.reason, words)
  }
  const { id, format } = opened.config
  const expected = knownId === '' ? (told?.id ?? '') : knownId
  if (expected !== '' && id !== expected) throw new StepFailure('RepositoryReplaced', replacedMessage(expected, id))
  return { ...told, id, format }
}

export interface Confirmation {
  readonly repository: Repository
}

/**
 * Asks the repository for every snapshot that a mover reported, and who it is, both at once.
 * Throws SnapshotNotConfirmed, naming those that are not there, or RepositoryReplaced.
 */
export async function confirmSnapshots(
  restic: Restic,
  reported: readonly SnapshotReport[],
  of: { host: string; sessionUid: string; knownId: string; told?: Repository | undefined },
): Promise<Confirmation> {
  const [listed, identified] = await Promise.allSettled([
    listSnapshots(restic, { host: of.host, tags: [sessionTag(of.sessionUid)] }),
    identifyRepository(restic, of.knownId, of.told),
  ])
  if (identified.status === 'rejected') throw asUnconfirmed(identified.reason)
  if (listed.status === 'rejected') throw asUnconfirmed(listed.reason)
  const { snapshots, ignored } = listed.value
  const own = ownSnapshots(snapshots, of)
  const lacking = reported.filter(each => !isThere(each, own))
  if (lacking.length > 0) {
    const names = lacking.map(({ id, path }) => `${id.slice(0, 8)} (${path})`).join(', ')
    throw new StepFailure(
      'SnapshotNotConfirmed',
      `the repository does not list ${names} for ${of.host}${passedOver(ignored)}`,
    )
  }
  const wrong = reported.map(each => contradiction(each, own)).find(found => found !== undefined)
  if (wrong !== undefined) throw new StepFailure('SnapshotNotConfirmed', wrong)
  return { repository: identified.value }
}

/** The snapshots of one host and session: restic was asked for no others, which does not mean that it listed none. */
export const ownSnapshots = (
  listed: readonly Snapshot[],
  { host, sessionUid }: { readonly host: string; readonly sessionUid: string },
): Snapshot[] => listed.filter(each => each.host === host && each.tags.includes(sessionTag(sessionUid)))

/**
 * How the repository’s own counts differ from what a mover reported, in a person’s words; undefined when they agree.
 * restic has written counts into its snapshots since 0.17.
 */
export function contradiction(
  { id, path, totalBytes, files }: SnapshotReport,
  listed: readonly Snapshot[],
): string | undefined {
  const counts = listed.find(snapshot => snapshot.id === id)?.counts
  const which = `snapshot ${id.slice(0, 8)} (${path})`
  // A termination message that had to be short has no counts to compare.
  if (files.total === undefined) return undefined
  if (counts === undefined) return `the repository does not say how many files ${which} has`
  if (counts.totalFiles === files.total && counts.totalBytes === totalBytes) return undefined
  return `the repository counts ${counts.totalFiles} files and ${counts.totalBytes} bytes in ${which}, and the mover reported ${files.total} and ${totalBytes}`
}

/** For messages: why a list may be shorter than the repository. */
export const passedOver = (ignored: readonly string[]): string =>
  ignored.length === 0 ? '' : `; ${ignored.length} snapshots could not be read, the first because: ${ignored[0]}`

const isThere = ({ id, path }: SnapshotReport, listed: readonly Snapshot[]) =>
  isFullId(id) && listed.some(snapshot => snapshot.id === id && snapshot.paths.includes(path))

// Whatever kept restic from answering, the snapshot stays unconfirmed; only facts about the repository’s self weigh more.
function asUnconfirmed(error: unknown): unknown {
  if (!(error instanceof StepFailure)) return error
  const aboutItself = ['RepositoryReplaced', 'RepositoryVanished', 'Interrupted']
  if (aboutItself.includes(error.reason)) return error
  return new StepFailure(
    'SnapshotNotConfirmed',
    `the repository could not be asked (${error.reason}): ${error.message}`,
  )
}
