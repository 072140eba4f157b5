import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { apiGroup, apiVersion } from '../../lib/api/group.js'
import {
  BACKUP_SESSIONS,
  CONFIGURATIONS,
  type ConfigurationObject,
  REPOSITORIES,
  RESTORE_SESSIONS,
} from '../../runtime/controller/objects.js'
import { ApiError } from '../../runtime/kube/api-error.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { addRestore, awaitSeen } from './added-backup.js'
import { awaitObject, backUp, restore } from './await-session.js'
import { resourceOf } from './kube-resource.js'
import { manualSession } from './manual-session.js'
import { type ProtectedClaim, protectedClaim } from './protected-claim.js'
import { conditionOf, expectEnd } from './session-end.js'
import { startWorld } from './start-world.js'
import { awaitEnd } from './started-session.js'
import type { World } from './world.js'

jest.setTimeout(120_000)

let world: World
let place: ProtectedClaim
beforeAll(async () => {
  world = await startWorld()
  place = await protectedClaim(world)
  await awaitSeen(world, place.namespace, 'data')
})
afterAll(() => world.stop())

const object = (kind: string, name: string, spec: object): KubeObject => {
  return { apiVersion, kind, metadata: { name, namespace: place.namespace }, spec }
}
const target = (more: object = {}) => ({
  ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data' },
  ...more,
})
const configuration = (name: string, more: object = {}) =>
  object('BackupConfiguration', name, {
    target: target(),
    repository: { name: 'store' },
    schedule: '0 3 * * *',
    retentionPolicy: { keepLast: 1 },
    ...more,
  })
const restoreOf = (name: string, rule: object, more: object = {}) =>
  object('RestoreSession', name, { target: target({ rules: [rule] }), repository: { name: 'store' }, ...more })

/** What the API server answers to an object that it must refuse. */
async function refusal(write: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await write
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, message: error.message }
    throw error
  }
  return { status: 200, message: 'accepted' }
}

const create = (each: KubeObject) => world.client.create(resourceOf(each), each)

describe('the API server refuses', () => {
  const secret = { storageSecretName: 'store-keys' }
  const s3 = { endpoint: 'https://s3.example.com', bucket: 'backups' }
  const rest = { url: 'https://rest.example.com/' }
  const cases: readonly (readonly [string, () => KubeObject, string])[] = [
    [
      'a Repository with two backends',
      () => object('Repository', 'two', { backend: { s3, rest, ...secret } }),
      'a backend is exactly one of',
    ],
    [
      'a Repository without a backend',
      () => object('Repository', 'none', { backend: secret }),
      'a backend is exactly one of',
    ],
    [
      'a password in the address of a Repository',
      () =>
        object('Repository', 'leak', { backend: { rest: { url: 'https://me:secret@rest.example.com/' }, ...secret } }),
      'spec.backend.rest.url',
    ],
    [
      'a retention that keeps nothing',
      () => configuration('keeps-nothing', { retentionPolicy: { dryRun: false } }),
      'needs at least one keep rule',
    ],
    [
      'a policy without retention',
      () => configuration('no-retention', { retentionPolicy: undefined }),
      'spec.retentionPolicy',
    ],
    [
      'a path outside the mount path',
      () => configuration('outside', { target: target({ paths: ['/etc'] }) }),
      'every path must lie under the mount path',
    ],
    [
      'a path that is not absolute',
      () => configuration('relative', { target: target({ paths: ['data'] }) }),
      'spec.target.paths[0]',
    ],
    [
      'a restic flag that runs a command',
      () => configuration('command', { target: target({ args: ['--password-command=id'] }) }),
      'only restic backup flags',
    ],
    ['a duration that is none', () => configuration('days', { timeOut: '1d' }), 'spec.timeOut'],
    ['a word that a field does not know', () => configuration('word', { partialPolicy: 'Maybe' }), 'Unsupported value'],
    [
      'a hook with two actions',
      () => configuration('hook', { hooks: { preBackup: { tcpSocket: { port: 1 }, httpGet: { port: 1 } } } }),
      'a hook is exactly one of',
    ],
    [
      'a restore rule with both snapshots and paths',
      () => restoreOf('both', { snapshots: ['latest'], paths: ['/holdfast-data'] }),
      'a rule selects by snapshots or by paths',
    ],
    [
      'a restore rule with latest among ids',
      () => restoreOf('mixed', { snapshots: ['latest', 'deadbeef'] }),
      'latest stands alone',
    ],
    [
      'whenNotEmpty together with Replace',
      () => restoreOf('words', { snapshots: ['latest'] }, { overwrite: 'Replace', whenNotEmpty: 'Skip' }),
      'whenNotEmpty has a meaning only with overwrite: IfEmpty',
    ],
  ]

  test.each(cases)('%s', async (_what, build, text) => {
    const answer = await refusal(create(build()))
    expect(answer).toMatchObject({ status: 422 })
    expect(answer.message).toContain(text)
  })

  test('an edit of a BackupSession', async () => {
    const session = manualSession(place.namespace, 'nobody')
    await create(session)
    const spec = { invoker: { name: 'data' } }
    const { name } = session.metadata
    const answer = await refusal(world.client.mergePatch(BACKUP_SESSIONS, name, place.namespace, { spec }))
    expect(answer).toMatchObject({ status: 422 })
    expect(answer.message).toContain('cannot be changed')
  })

  test('an edit of a RestoreSession', async () => {
    await create(restoreOf('fixed', { snapshots: ['deadbeef'] }))
    const answer = await refusal(
      world.client.mergePatch(RESTORE_SESSIONS, 'fixed', place.namespace, { spec: { overwrite: 'Replace' } }),
    )
    expect(answer).toMatchObject({ status: 422 })
    expect(answer.message).toContain('cannot be changed')
  })
})

test('a field that the API does not know is dropped, never stored and ignored', async () => {
  await create(configuration('typo', { retentionPolicies: { keepLast: 3 }, wipeOut: true }))
  const stored = await world.client.get<ConfigurationObject>(CONFIGURATIONS, 'typo', place.namespace)
  expect(Object.keys(stored.spec).sort()).toEqual(['repository', 'retentionPolicy', 'schedule', 'target'])
})

describe('the controller says of what only it can see', () => {
  const condition = async (name: string, type: string) => {
    const found = await awaitObject<ConfigurationObject>(world, CONFIGURATIONS, place.namespace, name, each => {
      return each.status?.observedGeneration === each.metadata.generation
    })
    return conditionOf(found as never, type)
  }

  test('that a schedule cannot be read', async () => {
    await create(configuration('no-such-hour', { schedule: '0 99 * * *' }))
    const valid = await condition('no-such-hour', 'Valid')
    expect(valid).toMatchObject({ status: 'False', reason: 'InvalidSpec' })
    expect(valid?.message).toContain('spec.schedule')
    expect(await condition('no-such-hour', 'Ready')).toMatchObject({ status: 'False', reason: 'InvalidSpec' })
  })

  test('that a time zone does not exist', async () => {
    await create(configuration('no-such-zone', { timeZone: 'Europe/Atlantis' }))
    const valid = await condition('no-such-zone', 'Valid')
    expect(valid).toMatchObject({ status: 'False', reason: 'InvalidSpec' })
    expect(valid?.message).toContain('Europe/Atlantis')
  })

  test('that a Repository is missing, and a CronJob', async () => {
    await create(configuration('alone', { repository: { name: 'nowhere' }, startDeadline: '2s' }))
    expect(await condition('alone', 'RepositoryFound')).toMatchObject({ status: 'False', reason: 'RepositoryNotFound' })
    expect(await condition('alone', 'CronJobFound')).toMatchObject({ status: 'False', reason: 'CronJobMissing' })
    const ended = await backUp(world, place.namespace, 'alone')
    expectEnd(ended, 'Failed', 'RepositoryNotFound', "there is no Repository 'nowhere'")
  })

  test('that a session names no policy that exists', async () => {
    const ended = await backUp(world, place.namespace, 'nobody-knows')
    expectEnd(ended, 'Failed', 'ConfigurationNotFound', `'nobody-knows' in ${place.namespace}`)
    expect(ended.spec.invoker.apiGroup).toBe(apiGroup)
  })

  test('that a restore would write outside the volume', async () => {
    const ended = await restore(world, restoreOf('out', { snapshots: ['latest'] }, { destination: '/etc' }))
    expectEnd(ended, 'Failed', 'TaskInvalid', "'/etc' is outside the mount path '/holdfast-data'")
  })

  test('that no rule of a restore is for its host', async () => {
    const ended = await restore(world, restoreOf('unruled', { targetHosts: ['someone/else'], snapshots: ['latest'] }))
    expectEnd(ended, 'Failed', 'TaskInvalid', `no rule is for host '${place.namespace}/data'`)
  })

  test('that there is nothing to restore before the first backup', async () => {
    const early = await addRestore(world, place, 'too-early', { destination: '/holdfast-data/early' })
    const ended = await awaitEnd(world, early)
    expectEnd(ended, 'Failed', 'RepositoryNotInitialized')
    expect(await world.client.get(REPOSITORIES, 'store', place.namespace)).not.toHaveProperty('status.id')
  })
})
