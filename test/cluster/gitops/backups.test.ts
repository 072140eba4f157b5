import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { argoSyncOptions } from '../../../cli/bootstrap/argocd.js'
import { argoHealthSettings } from '../../../lib/gitops/argocd-health.js'
import { emitYaml } from '../../../lib/yaml/emit.js'
import { BACKUP_SESSIONS, CONFIGURATIONS } from '../../../runtime/controller/objects.js'
import { awaitMaintained } from '../../behaviour/added-backup.js'
import { backUp } from '../../behaviour/await-session.js'
import { eventually } from '../../behaviour/eventually.js'
import { type ProtectedClaim, protectedClaim } from '../../behaviour/protected-claim.js'
import { expectEnd } from '../../behaviour/session-end.js'
import { startWorld } from '../../behaviour/start-world.js'
import type { World } from '../../behaviour/world.js'
import { ask } from './engines.js'

jest.setTimeout(300_000)

const folder = mkdtempSync(join(tmpdir(), 'holdfast-gitops-backups-'))
let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  await world.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** What git holds of a namespace: everything, or everything but the policy. */
function repositoryOf({ namespace, objects }: ProtectedClaim): { all: string; without: string } {
  const all = join(folder, namespace, 'all')
  const without = join(folder, namespace, 'without')
  for (const each of [all, without]) mkdirSync(each, { recursive: true })
  for (const object of objects) {
    const file = `${object.kind}.${object.metadata.name}.yaml`
    writeFileSync(join(all, file), emitYaml(object))
    if (object.kind === 'Repository') writeFileSync(join(without, file), emitYaml(object))
  }
  return { all, without }
}

/** A backup, retention and a check: all that a policy makes happen. */
async function run(place: ProtectedClaim): Promise<void> {
  expectEnd(await backUp(world, place.namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
  await awaitMaintained(world, place)
}

async function expectPolicyGoneAndBackupsKept(place: ProtectedClaim): Promise<void> {
  await eventually(
    async () => ((await world.client.tryGet(CONFIGURATIONS, 'data', place.namespace)) === undefined ? true : undefined),
    60,
    () => `BackupConfiguration ${place.namespace}/data is still there`,
  )
  const snapshots = JSON.parse(await place.store.restic('snapshots', '--json')) as unknown[]
  expect(snapshots).toHaveLength(1)
}

describe.each([{ options: [] }, { options: argoSyncOptions }])(
  'Argo CD that applies with sync options $options',
  ({ options }) => {
    test('sees no difference and prunes nothing after backups, and takes a policy without its snapshots', async () => {
      const place = await protectedClaim(world)
      const { all, without } = repositoryOf(place)
      const request = { application: place.namespace, tracking: 'annotation', settings: argoHealthSettings() }
      const sync = { options, prune: true }
      expect(ask('argocd', { ...request, folders: [all], sync }).phase).toBe('Succeeded')
      await run(place)
      const after = ask('argocd', { ...request, folders: [all] })
      expect(after).toMatchObject({ differences: { 'client-side': [], 'server-side': [] }, prunable: [] })
      const sessions = await world.client.list(BACKUP_SESSIONS, { namespace: place.namespace })
      expect(sessions.items).toHaveLength(1)
      const { phase, synced } = ask('argocd', { ...request, folders: [without], sync })
      expect(phase).toBe('Succeeded')
      expect(synced.filter(({ status }) => status === 'Pruned')).toHaveLength(place.objects.length - 1)
      await expectPolicyGoneAndBackupsKept(place)
    })
  },
)

test('Flux sees no difference and prunes nothing after backups, and takes a policy without its snapshots', async () => {
  const place = await protectedClaim(world)
  const { all, without } = repositoryOf(place)
  const request = { name: place.namespace, namespace: 'flux-system', apply: true }
  const { inventory } = ask('flux', { ...request, folders: [all] })
  await run(place)
  const after = ask('flux', { ...request, folders: [all], inventory, wait: 60 })
  expect(after).toMatchObject({ differences: [], pruned: [] })
  expect(after.applied.filter(({ action }) => action !== 'unchanged')).toEqual([])
  const { pruned } = ask('flux', { ...request, folders: [without], inventory })
  expect(pruned.map(({ action }) => action)).toEqual(pruned.map(() => 'deleted'))
  expect(pruned).toHaveLength(place.objects.length - 1)
  await expectPolicyGoneAndBackupsKept(place)
})
