import { chmodSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { StepReport } from '../../lib/report.js'
import { initCommand } from '../../lib/restic/command.js'
import { initializedId, only } from '../../lib/restic/messages.js'
import { StepFailure } from './failure.js'
import type { Flags } from './flags.js'
import { type Restic, readConfig, runRestic } from './restic.js'

type Repository = NonNullable<StepReport['repository']>

/**
 * Makes the repository, if this session may and there surely is none. Any other trouble than restic’s “there is no
 * repository” ends the step: a store that does not answer must never get a second repository.
 * Undefined when there was nothing to find out.
 */
export async function openForBackup(restic: Restic, flags: Flags): Promise<Repository | undefined> {
  if (!flags.boolean('may-initialize') || flags.text('repository-id') !== '') return undefined
  const opened = await readConfig(restic)
  if ('config' in opened) return { ...opened.config, initialized: false }
  const { verdict, words } = opened.run
  if (verdict.outcome === 'Succeeded') throw new StepFailure('ResticFailed', 'restic did not tell the repository’s id')
  if (verdict.reason !== 'RepositoryNotInitialized') throw new StepFailure(verdict.reason, words)
  return initialize(restic, flags.text('repository'))
}

async function initialize(restic: Restic, url: string): Promise<Repository> {
  restic.pod.log('there is no repository yet: making it')
  const { verdict, words, messages } = await runRestic(restic, initCommand(restic.access))
  if (verdict.outcome !== 'Succeeded')
    throw new StepFailure(verdict.reason, `the repository could not be made: ${words}`)
  const id = only(messages.map(initializedId))
  if (id === undefined) throw new StepFailure('ResticFailed', 'restic made a repository and did not tell its id')
  if (restic.access.provider === 'local') shareWithGroup(url)
  return { id, initialized: true }
}

/**
 * Gives the volume’s group what the owner may do: movers of other users share a local repository by its group, and
 * restic takes the modes of new files from the repository’s own.
 */
function shareWithGroup(path: string): void {
  const entry = lstatSync(path)
  if (entry.isSymbolicLink()) return
  const folder = entry.isDirectory()
  // The mount point of a volume belongs to somebody else, and its modes are the kubelet’s business.
  if (entry.uid === process.geteuid?.()) chmodSync(path, (entry.mode & 0o7777) | (folder ? 0o070 : 0o060))
  if (folder) for (const name of readdirSync(path)) shareWithGroup(join(path, name))
}
