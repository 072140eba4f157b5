import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RestoredReport } from '../../lib/report.js'
import type { BackupCounts } from '../../lib/restic/messages.js'
import { type Selected, selectSnapshots } from '../../lib/restic/selection.js'
import { identifyRepository, passedOver } from './confirmation.js'
import { connect } from './connection.js'
import { type Destination, findDestination, makeDestination } from './destination.js'
import type { Ending } from './ending.js'
import { StepFailure } from './failure.js'
import type { Flags } from './flags.js'
import type { Pod } from './pod.js'
import { readableBytes } from './progress-log.js'
import type { Restic } from './restic.js'
import { restoreFolder } from './restore-folder.js'
import { hooksOf, readResults } from './shared-results.js'
import { listSnapshots } from './snapshot-listing.js'

/** Restores what the rule selects, a folder at a time, into folders that were all looked at before the first write. */
export async function pvcRestore(flags: Flags, pod: Pod): Promise<Ending> {
  pod.know({ host: flags.text('hostname') })
  const restic = connect(flags, pod)
  const hooks = hooksOf(readResults(flags.text('output-dir')))
  pod.know(hooks)
  if (hooks.preHook?.ok === false) {
    throw new StepFailure('PreHookFailed', `nothing was restored: ${hooks.preHook.message ?? 'the hook before failed'}`)
  }
  // The destination alone can already forbid a restore; then the repository is not asked.
  findDestination(flags.text('mount-path'), flags.text('destination'), '')
  const { selected, remark, countsOf } = await select(restic, flags)
  const places = selected.map(each => ({ selected: each, destination: place(flags, each) }))
  const full = places.filter(({ destination }) => !destination.empty).map(({ destination }) => destination.folder)
  const begun = join(flags.text('output-dir'), 'pvc-restore.begun')
  if (flags.text('overwrite') === 'IfEmpty' && full.length > 0) {
    // The kubelet runs a step again after its sandbox was lost: then these files are half of this restore.
    if (!existsSync(begun)) return notEmpty(flags, full)
    throw new StepFailure(
      'RestoreIncomplete',
      `an earlier run of this restore was cut off; ${full.join(', ')} holds part of it`,
    )
  }
  writeFileSync(begun, '')
  const restored: RestoredReport[] = []
  const remarks = remark === undefined ? [] : [remark]
  for (const { selected, destination } of places) {
    makeDestination(destination)
    const result = await restoreFolder(restic, flags, selected, destination.folder, countsOf(selected.id))
    restored.push(result.restored)
    if (result.remark !== undefined) remarks.push(result.remark)
    pod.know({ restored: [...restored] })
  }
  return succeeded(restored, remarks)
}

const place = (flags: Flags, { relative }: Selected): Destination =>
  findDestination(flags.text('mount-path'), flags.text('destination'), relative)

interface Found {
  readonly selected: readonly Selected[]
  readonly remark?: string
  /** What the repository says that a snapshot of ours holds. */
  readonly countsOf: (id: string) => BackupCounts | undefined
}

async function select(restic: Restic, flags: Flags): Promise<Found> {
  const knownId = flags.text('repository-id')
  const [{ snapshots, ignored }, repository] = await Promise.all([
    listSnapshots(restic, { knownId }),
    knownId === '' ? undefined : identifyRepository(restic, knownId),
  ])
  if (repository !== undefined) restic.pod.know({ repository })
  const selection = selectSnapshots(snapshots, {
    host: flags.text('source-hostname'),
    snapshots: flags.list('snapshots'),
    paths: flags.list('paths'),
  })
  if ('missing' in selection) throw new StepFailure('SnapshotNotFound', `${selection.missing}${passedOver(ignored)}`)
  // Counts are of all paths of a snapshot; ours has one, of which nothing was left out that a restore leaves out.
  const countsOf = (id: string) =>
    snapshots.find(each => each.id === id && each.paths.length === 1 && each.tags.includes('holdfast'))?.counts
  const found = { ...selection, countsOf }
  // A newer snapshot may be among those that restic could not read: that must be said.
  return ignored.length === 0 ? found : { ...found, remark: passedOver(ignored).slice(2) }
}

function notEmpty(flags: Flags, folders: readonly string[]): Ending {
  const message = `${folders.join(', ')} holds files, and overwrite is IfEmpty: nothing was written`
  return { outcome: flags.text('when-not-empty') === 'Skip' ? 'Skipped' : 'Failed', reason: 'TargetNotEmpty', message }
}

function succeeded(restored: readonly RestoredReport[], remarks: readonly string[]): Ending {
  const files = restored.reduce((sum, each) => sum + each.files, 0)
  const bytes = restored.reduce((sum, each) => sum + each.bytes, 0)
  const message = [`${files} files and folders, ${readableBytes(bytes)}`, ...new Set(remarks)].join('; ')
  return { outcome: 'Succeeded', message }
}
