import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { VolumeRestore } from '../../constructs/index.js'
import { REPOSITORIES, type RepositoryObject } from '../../runtime/controller/objects.js'
import { awaitObject, backUp, restore } from './await-session.js'
import { policy } from './policy.js'
import { type ProtectedClaim, protectedClaim, repositoryOf } from './protected-claim.js'
import { expectEnd } from './session-end.js'
import { startWorld } from './start-world.js'
import type { World } from './world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
}, 180_000)
afterAll(() => world.stop(), 60_000)

const limit = 300_000
const owners = [0, 1001, 1002]

/** A workload that writes into claim `data` as a user of its own, as its manifest in git says. */
const workload = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'writer' },
  spec: {
    template: {
      spec: {
        securityContext: { runAsUser: 1234, runAsGroup: 1235 },
        containers: [{ name: 'writer', image: 'writer', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      },
    },
  },
}
const fileOf = (uid: number) => `home/${uid}/secret.txt`

/** The start deadline is short only where it must pass: a node with other work starts a container later than that. */
async function withForeignFiles(level: 'restricted' | 'baseline'): Promise<ProtectedClaim> {
  const privileges = 'read-any-file' as const
  const backup = level === 'restricted' ? { privileges, startDeadline: '10s' } : { privileges }
  const protection = await protectedClaim(world, { level, backup })
  for (const uid of owners) await protection.files.write(fileOf(uid), `of ${uid}\n`, { uid, mode: 0o600 })
  return protection
}

function restoreInto(protection: ProtectedClaim, claim: string, privileges: 'restricted' | 'read-any-file') {
  const [object] = policy(world, protection.namespace, chart => {
    const rules = [{ sourceHost: `${protection.namespace}/data`, snapshots: ['latest'] }]
    const repository = repositoryOf(chart, protection)
    new VolumeRestore(chart, `to-${claim}`, { claim, repository, rules, privileges })
  })
  if (object === undefined) throw new Error('a VolumeRestore is one object')
  return object
}

describe('read-any-file', () => {
  test(
    'backs up and restores files that only their owners may read, and keeps the owners',
    async () => {
      const protection = await withForeignFiles('baseline')
      const { namespace } = protection
      const session = await backUp(world, namespace, 'data')
      expectEnd(session, 'Succeeded', 'SnapshotConfirmed')
      await world.claim(namespace, 'fresh')
      const restored = await restore(world, restoreInto(protection, 'fresh', 'read-any-file'))
      expectEnd(restored, 'Succeeded', 'RestoreCompleted')
      const files = await world.files(namespace, 'fresh')
      for (const uid of owners) {
        expect(await files.read(fileOf(uid))).toBe(`of ${uid}\n`)
        expect(await files.owner(fileOf(uid))).toEqual({ uid, mode: 0o600 })
      }
      const maintained = ({ status }: RepositoryObject) =>
        status?.lastForgetTime !== undefined && status.integrity === true
      await awaitObject<RepositoryObject>(world, REPOSITORIES, namespace, 'store', maintained, 60)
    },
    limit,
  )

  test(
    'in a restricted namespace ends Failed, and says what Kubernetes refuses',
    async () => {
      const { namespace } = await withForeignFiles('restricted')
      const session = await backUp(world, namespace, 'data')
      expectEnd(session, 'Failed', 'JobRejected', 'violates PodSecurity "restricted', 'runAsUser=0')
    },
    limit,
  )
})

describe('the default mover', () => {
  test(
    'passes Pod Security restricted, for a backup, a restore and the repository’s maintenance',
    async () => {
      const protection = await protectedClaim(world, { level: 'restricted' })
      const { namespace } = protection
      expectEnd(await backUp(world, namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
      await world.claim(namespace, 'fresh')
      const restored = await restore(world, restoreInto(protection, 'fresh', 'restricted'))
      expectEnd(restored, 'Succeeded', 'RestoreCompleted')
      const maintained = ({ status }: RepositoryObject) => status?.lastForgetTime !== undefined
      await awaitObject<RepositoryObject>(world, REPOSITORIES, namespace, 'store', maintained, 60)
    },
    limit,
  )

  test(
    'does not make a success of files that it may not read',
    async () => {
      const protection = await protectedClaim(world)
      await protection.files.write('secret.txt', 'secret\n', { uid: 1001, mode: 0o600 })
      const session = await backUp(world, protection.namespace, 'data')
      expectEnd(session, 'Failed', 'SourceUnreadable', 'secret.txt')
    },
    limit,
  )
})

describe('a mover whose user is derived from the workload', () => {
  test(
    'backs up what only the workload may read, in a restricted namespace',
    async () => {
      const { namespace, files } = await protectedClaim(world, { level: 'restricted', backup: { workload } })
      await files.write('own/secret.txt', 'secret\n', { uid: 1234, mode: 0o600 })
      const session = await backUp(world, namespace, 'data')
      expectEnd(session, 'Succeeded', 'SnapshotConfirmed')
    },
    limit,
  )
})
