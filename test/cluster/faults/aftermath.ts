import { setTimeout as sleep } from 'node:timers/promises'
import {
  type BackupSessionObject,
  type JobObject,
  REPOSITORIES,
  type RepositoryObject,
  type RestoreSessionObject,
  type SessionObject,
} from '../../../runtime/controller/objects.js'
import { isNotFound } from '../../../runtime/kube/api-error.js'
import { PODS } from '../../../runtime/kube/resource.js'
import { hasEnded } from '../../behaviour/await-session.js'
import { eventually } from '../../behaviour/eventually.js'
import { expectNothingRuns, jobsOf } from '../../behaviour/session-end.js'
import { awaitSession } from '../../behaviour/started-session.js'
import type { VolumeFiles } from '../../behaviour/world.js'
import type { Fault } from './fault.js'
import type { Ground } from './ground.js'
import { PodLedger } from './pod-ledger.js'
import type { ListedSnapshot } from './repository-check.js'
import { Scene } from './scene.js'
import type { Site } from './site.js'

/** What is left when a fault came in the midst of all flows, was healed, and everything had ended. */
export interface Aftermath {
  readonly scene: Scene
  readonly upload: BackupSessionObject
  readonly stored: BackupSessionObject
  readonly restore: RestoreSessionObject
  /** `done`, or `failed: <reason>`. */
  readonly maintenance: string
  readonly jobs: Readonly<Record<'upload' | 'stored' | 'restore', readonly JobObject[]>>
  /** How many pods each Job ever had. */
  readonly podsPerJob: readonly number[]
  /** Of the two repositories that sessions wrote to during the fault. */
  readonly snapshots: Readonly<Record<'upload' | 'stored', readonly ListedSnapshot[]>>
  /** Contents by path, of what was stored and of what was restored. */
  readonly source: Readonly<Record<string, string>>
  readonly restored: Readonly<Record<string, string>>
}

/** Longest that a session may need beyond its four minutes: its pod’s ending and a finish Job. */
const patience = 330
/** How long Kubernetes may take to tell a container that it is to go. */
const telling = 4_000
/** How long the flows go on without what the fault took, before it comes back. */
const without = 3_000

/** Injects a fault in the midst of all flows, lets them go on without what it took, heals it and waits for the ends. */
export async function strike(ground: Ground, archive: Site, fault: Fault): Promise<Aftermath> {
  const scene = await Scene.prepare(ground, archive)
  const ledger = new PodLedger(ground.client, [scene.namespace, archive.namespace])
  try {
    const underway = await scene.begin()
    const heal = await fault.inject(ground)
    try {
      if (fault.flowsWait === true) await sleep(telling)
      await scene.goOn()
      await sleep(without)
    } finally {
      await heal()
    }
    const [upload, stored, restore, maintenance] = await Promise.all([
      awaitSession(ground.world, underway.upload, hasEnded, patience),
      awaitSession(ground.world, underway.stored, hasEnded, patience),
      awaitSession(ground.world, underway.restore, hasEnded, patience),
      maintained(ground, scene.kept),
    ])
    const sessions: SessionObject[] = [upload, stored, restore]
    for (const session of sessions) await expectNothingRuns(ground.world, session)
    const [ofUpload, ofStored, ofRestore] = await Promise.all(sessions.map(each => jobsOf(ground.world, each)))
    await removeRepositories(ground, scene)
    const target = await ground.world.files(archive.namespace, restore.spec.target.ref.name)
    return {
      ...{ scene, upload, stored, restore, maintenance },
      jobs: { upload: ofUpload ?? [], stored: ofStored ?? [], restore: ofRestore ?? [] },
      podsPerJob: [...ledger.pods.values()].map(pods => pods.size),
      snapshots: { upload: await scene.upload.stored.snapshots(), stored: await scene.stored.stored.snapshots() },
      source: await contentsOf(archive.files),
      restored: await contentsOf(target),
    }
  } finally {
    await ledger.stop()
  }
}

/** What became of the maintenance that followed the backup of `kept`. */
async function maintained({ client }: Ground, { namespace, repository }: Site): Promise<string> {
  const read = async () => (await client.get<RepositoryObject>(REPOSITORIES, repository, namespace)).status
  return eventually(
    async () => {
      const status = await read()
      const applied = status?.conditions?.find(each => each.type === 'RetentionPolicyApplied')
      if (status?.lastForgetTime !== undefined) return 'done'
      return applied?.status === 'False' ? `failed: ${applied.reason}` : undefined
    },
    patience,
    async () => `maintenance of ${namespace}/${repository}: ${JSON.stringify(await read())}`,
  )
}

/**
 * Ends what still maintains the repositories, so that they can be judged as they are; their data stays. The pods are told
 * directly: Kubernetes’ garbage collector needs minutes to recover from some faults.
 */
async function removeRepositories(ground: Ground, { namespace, upload, stored, kept }: Scene): Promise<void> {
  for (const { repository } of [upload, stored, kept]) await ground.client.delete(REPOSITORIES, repository, namespace)
  await eventually(
    async () => {
      const left = (await ground.movers()).filter(mover => mover.namespace === namespace)
      for (const { pod } of left) {
        await ground.client.delete(PODS, pod, namespace).catch(error => {
          if (!isNotFound(error)) throw error
        })
      }
      return left.length === 0 ? true : undefined
    },
    90,
    () => `movers still run in ${namespace}`,
  )
}

async function contentsOf(files: VolumeFiles): Promise<Record<string, string>> {
  const paths = (await files.list()).filter(path => path.endsWith('.bin'))
  return Object.fromEntries(await Promise.all(paths.map(async path => [path, await files.read(path)])))
}
