import { sessionTag } from '../../lib/identity.js'
import type { SnapshotReport, StepReport } from '../../lib/report.js'
import { isFullId, type Snapshot } from '../../lib/restic/messages.js'
import { StepFailure } from './failure.js'
import { replacedMessage } from './repository-guard.js'
import { type Restic, readConfig } from './restic.js'
import { listSnapshots } from './snapshot-listing.js'

type Repository = NonNullable<StepReport['repository']>

/**
 * The repository’s id and format, as it says itself; `told` is what an earlier step was told by it, which saves the
 * call. Throws RepositoryReplaced when it is not the known one, RepositoryVanished when it is gone.
 */
export async function identifyRepository(restic: Restic, knownId: string, told?: Repository): Promise<Repository> {
  if (told?.id !== undefined && told.format !== undefined) return told
  const opened = await readConfig(restic)
  if ('run' in opened) {
    const { verdict, words } = opened.run
    if (verdict.outcome === 'Succeeded')
      throw new StepFailure('ResticFailed', 'restic did not tell the repository’s id')
    const vanished = verdict.reason === 'RepositoryNotInitialized' && knownId !== ''
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
  const lacking = reported.filter(each => !isThere(each, snapshots))
  if (lacking.length > 0) {
    const names = lacking.map(({ id, path }) => `${id.slice(0, 8)} (${path})`).join(', ')
    throw new StepFailure(
      'SnapshotNotConfirmed',
      `the repository does not list ${names} for ${of.host}${passedOver(ignored)}`,
    )
  }
  return { repository: identified.value }
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
