import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Chart } from 'cdk8s'
import {
  Backend,
  Repository,
  Retention,
  Schedule,
  type ScheduledBackupProps,
  VolumeBackup,
} from '../../../constructs/index.js'
import { awaitSeen } from '../../behaviour/added-backup.js'
import { policy } from '../../behaviour/policy.js'
import type { VolumeFiles } from '../../behaviour/world.js'
import type { Door } from './door.js'
import type { Ground } from './ground.js'
import { RepositoryFolder } from './repository-check.js'

/** A claim with files, a policy of the same name that protects it, and a repository behind a door of its own. */
export interface Site {
  readonly namespace: string
  readonly claim: string
  /** Name of the Repository object. */
  readonly repository: string
  readonly door: Door
  readonly files: VolumeFiles
  readonly stored: RepositoryFolder
}

type Change = (chart: Chart) => Partial<ScheduledBackupProps>

/** Longest that a session of these small volumes may take: what is lost is given up soon. */
const bounds = { timeOut: '4m', startDeadline: '1m' }

/** Makes a site and waits until the controller has seen its policy. */
export async function makeSite(
  ground: Ground,
  namespace: string,
  name: string,
  change: Change = () => ({}),
): Promise<Site> {
  const { world, store } = ground
  const [repository, place] = [`${name}-store`, `${namespace}-${name}`]
  const password = randomBytes(12).toString('hex')
  await world.claim(namespace, name)
  const files = await world.files(namespace, name)
  const door = await store.door()
  const metadata = { name: repository, namespace }
  await world.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { RESTIC_PASSWORD: password } })
  const objects = policy(world, namespace, chart => {
    const backend = Backend.rest({ url: `${door.url}/${place}/`, secretName: repository })
    new VolumeBackup(chart, name, {
      claim: name,
      repository: new Repository(chart, repository, { backend }),
      schedule: Schedule.cron('0 3 * * *'),
      retention: Retention.keep({ last: 5 }),
      ...bounds,
      ...change(chart),
    })
  })
  await world.apply(...objects)
  await awaitSeen(world, namespace, name)
  const stored = new RepositoryFolder(join(store.folder, place), password)
  return { namespace, claim: name, repository, door, files, stored }
}

/** Files of a megabyte each that compress little; they are enough for a transfer to have a midst. */
export async function fill(files: VolumeFiles, count: number): Promise<void> {
  for (let each = 0; each < count; each++) {
    await files.write(`data/${each}.bin`, randomBytes(786_432).toString('base64'))
  }
}

/** A transfer of so many bytes is in its midst. */
export const midst = 1_500_000
