import { setTimeout as sleep } from 'node:timers/promises'
import { BACKUP_SESSIONS, type SessionObject } from '../../runtime/controller/objects.js'
import { isAlreadyExists } from '../../runtime/kube/api-error.js'
import { manualSession } from '../../test/behaviour/manual-session.js'
import { wordsOf } from '../../test/cluster/faults/ending.js'
import { seedFor } from './content-model.js'
import type { SoakPolicy } from './fleet.js'
import { persistently } from './persistence.js'
import { restoreInto } from './restore.js'
import { awaitRecorded, type Run } from './run.js'

/** Seconds between the end of one thing that a policy does and the next. */
const pause = { shortest: 10, spread: 60 }
/** Of a hundred good backups so many are followed by a restore. */
const restores = 45
/** Changes a volume, backs it up and restores it elsewhere, over and over; of a scheduled policy, all but the backing up. */
export async function drive(run: Run, policy: SoakPolicy): Promise<void> {
  const { seed, until, recorder, journal } = run
  const random = seedFor(seed, 'driver', policy.name)
  for (let turn = 1; ; turn++) {
    await sleep((pause.shortest + random.below(pause.spread)) * 1000)
    if (new Date() >= until) return
    if (policy.holds !== 'nothing') await policy.volume.advance()
    const wanted = { restore: random.below(100) < restores, byId: random.below(3) === 0 }
    if (policy.scheduled !== true) {
      const ended = await backUp(run, policy, turn)
      journal.note(`${policy.name}: backup ${turn} ${ended === undefined ? 'NEVER ENDED' : wordsOf(ended)}`)
    }
    const stored = recorder.backups.some(({ metadata, spec, status }) => {
      const own = metadata.namespace === policy.namespace && spec.invoker.name === policy.name
      return own && status?.phase === 'Succeeded'
    })
    if (wanted.restore && stored) run.restored.push(await restoreInto(run, policy, turn, wanted.byId))
    if (policy.leaves === true && Date.now() > until.getTime() - leavesBefore(run)) return
  }
}

/** A policy that leaves stops being used some time before the end, so that what goes with it has time to go. */
const leavesBefore = ({ until }: Run) => Math.min(10 * 60_000, Math.max(90_000, (until.getTime() - Date.now()) / 2))

async function backUp({ ground, recorder }: Run, policy: SoakPolicy, turn: number): Promise<SessionObject | undefined> {
  const { namespace } = policy
  const session = manualSession(namespace, policy.name, `${policy.name}-soak-${turn}`)
  await persistently(() =>
    ground.client.create(BACKUP_SESSIONS, session).catch(error => {
      if (!isAlreadyExists(error)) throw error
    }),
  )
  return awaitRecorded(recorder, namespace, session.metadata.name)
}
