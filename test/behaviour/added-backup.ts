import type { Chart } from 'cdk8s'
import {
  Repository,
  Retention,
  Schedule,
  type ScheduledBackupProps,
  VolumeBackup,
  VolumeRestore,
  type VolumeRestoreProps,
} from '../../constructs/index.js'
import {
  CONFIGURATIONS,
  REPOSITORIES,
  RESTORE_SESSIONS,
  type RepositoryObject,
  type RestoreSessionObject,
} from '../../runtime/controller/objects.js'
import { eventually } from './eventually.js'
import { policy } from './policy.js'
import type { World } from './world.js'

/** Where a policy goes: a namespace, the claim it protects and the Repository it uses. */
export interface Place {
  readonly namespace: string
  readonly claim: string
  readonly repository: string
}

/** What differs from an ordinary policy; a function when it needs the chart, for Tasks of its own. */
export type Change = Partial<ScheduledBackupProps> | ((chart: Chart) => Partial<ScheduledBackupProps>)

/** A further policy for the same claim and Repository. Its snapshots have a host of their own, `<namespace>/<name>`. */
export async function addBackup(world: World, place: Place, name: string, change: Change = {}): Promise<void> {
  const { namespace, claim } = place
  const { spec } = await world.client.get<RepositoryObject>(REPOSITORIES, place.repository, namespace)
  const objects = policy(world, namespace, chart => {
    const metadata = { name: place.repository, namespace }
    const repository = Repository.fromManifest(chart, 'repository', { metadata, spec })
    new VolumeBackup(chart, name, {
      claim,
      repository,
      alias: `${namespace}/${name}`,
      schedule: Schedule.cron('0 3 * * *'),
      retention: Retention.keep({ last: 5 }),
      ...(typeof change === 'function' ? change(chart) : change),
    })
  })
  await world.apply(...objects)
}

/** Waits until the controller has seen the policy as it is now. */
export async function awaitSeen(world: World, namespace: string, name: string): Promise<void> {
  await eventually(
    async () => {
      const { metadata, status } = await world.client.get(CONFIGURATIONS, name, namespace)
      return (status as { observedGeneration?: number } | undefined)?.observedGeneration === metadata.generation
        ? true
        : undefined
    },
    60,
    () => `the controller has not seen BackupConfiguration ${namespace}/${name}`,
  )
}

/** Waits until what a good backup brings about, retention and the first integrity check, is done. */
export async function awaitMaintained(world: World, { namespace, repository }: Place): Promise<RepositoryObject> {
  return eventually(
    async () => {
      const found = await world.client.get<RepositoryObject>(REPOSITORIES, repository, namespace)
      const { lastCheckTime, lastForgetTime } = found.status ?? {}
      return lastCheckTime === undefined || lastForgetTime === undefined ? undefined : found
    },
    90,
    async () => JSON.stringify((await world.client.get(REPOSITORIES, repository, namespace))['status']),
  )
}

/** What differs from an ordinary restore of the policy `data`. */
export type RestoreChange = Partial<VolumeRestoreProps> | ((chart: Chart) => Partial<VolumeRestoreProps>)

/** Applies a restore of the same claim, as git would hold it, and answers the object. */
export async function addRestore(
  world: World,
  place: Place,
  name: string,
  change: RestoreChange = {},
): Promise<RestoreSessionObject> {
  const { namespace, claim } = place
  const { spec } = await world.client.get<RepositoryObject>(REPOSITORIES, place.repository, namespace)
  const objects = policy(world, namespace, chart => {
    const metadata = { name: place.repository, namespace }
    const repository = Repository.fromManifest(chart, 'repository', { metadata, spec })
    new VolumeRestore(chart, name, { claim, repository, ...(typeof change === 'function' ? change(chart) : change) })
  })
  await world.apply(...objects)
  const object = objects.find(each => each.kind === 'RestoreSession')
  if (object === undefined) throw new Error(`restore ${name} was not compiled`)
  return world.client.get<RestoreSessionObject>(RESTORE_SESSIONS, object.metadata.name, namespace)
}
