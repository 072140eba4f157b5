import { RESTORE_SESSIONS, type RestoreSessionObject } from '../../runtime/controller/objects.js'
import { PERSISTENT_VOLUME_CLAIMS } from '../../runtime/kube/resource.js'
import { addRestore } from '../../test/behaviour/added-backup.js'
import type { VolumeFolder } from '../../test/behaviour/volume-folder.js'
import { recordedIds, wordsOf } from '../../test/cluster/faults/ending.js'
import type { SoakPolicy } from './fleet.js'
import { unreadable } from './kind.js'
import { filesUnder } from './model-volume.js'
import { persistently } from './persistence.js'
import type { RestoreResult } from './restore-result.js'
import { awaitRecorded, type Run, recordedSource } from './run.js'

/** Restores the newest backup of a policy, or one by its id, into a volume of its own, and looks at every file. */
export async function restoreInto(run: Run, policy: SoakPolicy, turn: number, byId: boolean): Promise<RestoreResult> {
  const { ground, recorder, journal } = run
  const { namespace, host } = policy
  const claim = `${policy.name}-back-${turn}`
  await persistently(() => ground.world.claim(namespace, claim))
  const place = { namespace, claim, repository: policy.at.repository }
  const snapshots = byId ? newestIds(run, policy) : ['latest']
  const rules = [{ sourceHost: host, snapshots }]
  const begun = await persistently(() =>
    addRestore(ground.world, place, claim, { claim, rules, timeOut: '12m', startDeadline: '4m' }),
  )
  const ended = await awaitRecorded(recorder, namespace, begun.metadata.name)
  const result = await judge(run, policy, claim, ended as RestoreSessionObject | undefined)
  const count = `${result.files} files`
  journal.note(`${policy.name}: restore ${turn} ${result.ended}, ${result.problems.join('; ') || count}`)
  // What is in order is cleared away, so that an hour of restores does not fill the node.
  if (result.problems.length === 0) {
    await persistently(() => ground.client.delete(RESTORE_SESSIONS, begun.metadata.name, namespace))
    await persistently(() => ground.client.delete(PERSISTENT_VOLUME_CLAIMS, claim, namespace))
  }
  return result
}

/** The snapshots of the newest good backup by hand. Only those are restored by id: the next retention may take older ones. */
function newestIds({ recorder }: Run, { namespace, name }: SoakPolicy): string[] {
  const good = recorder.backups.filter(({ metadata, spec, status }) => {
    return metadata.namespace === namespace && spec.invoker.name === name && status?.phase === 'Succeeded'
  })
  const [newest] = good.sort((a, b) => ((a.status?.completionTime ?? '') < (b.status?.completionTime ?? '') ? 1 : -1))
  return newest === undefined ? ['latest'] : recordedIds(newest)
}

async function judge(
  { ground, recorder }: Run,
  { namespace, volume }: SoakPolicy,
  claim: string,
  session: RestoreSessionObject | undefined,
): Promise<RestoreResult> {
  const name = `${namespace}/${claim}`
  if (session === undefined) return { name, ended: 'never', files: 0, problems: ['it did not end'] }
  const ended = wordsOf(session)
  if (session.status?.phase !== 'Succeeded') return { name, ended, files: 0, problems: [] }
  // Several paths are several snapshots, of one session.
  const [snapshot = ''] = session.status.stats?.[0]?.snapshot?.split(',') ?? []
  const source = await recordedSource(recorder, snapshot)
  if (source === undefined) return { name, ended, files: 0, problems: [`nobody recorded snapshot ${snapshot}`] }
  const { root } = (await persistently(() => ground.world.files(namespace, claim))) as VolumeFolder
  const { [unreadable]: _, ...files } = await filesUnder(root)
  const begin = new Date(source.metadata.creationTimestamp ?? 0)
  const end = new Date(source.status?.completionTime ?? 0)
  const { from, to } = volume.versionsBetween(begin, end)
  return { name, ended, files: Object.keys(files).length, problems: volume.model.problems(files, from, to) }
}
