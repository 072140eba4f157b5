import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { addBackup, awaitSeen, type Change } from './added-backup.js'
import { backUp } from './await-session.js'
import { maintainedClaim } from './maintained-claim.js'
import { ownTask, removeOwnTasks, type Step } from './own-task.js'
import type { ProtectedClaim } from './protected-claim.js'
import { endOf, snapshotsOf } from './session-end.js'
import { startWorld } from './start-world.js'
import type { World } from './world.js'

jest.setTimeout(180_000)

let world: World
let place: ProtectedClaim
beforeAll(async () => {
  world = await startWorld()
  place = await maintainedClaim(world)
})
afterAll(async () => {
  await removeOwnTasks(world)
  await world.stop()
})

const invented = 'ab'.repeat(32)
const report = (step: string) =>
  JSON.stringify({
    ...{ holdfast: 1, step, outcome: 'Succeeded', confirmed: true, host: 'x' },
    snapshots: [
      { id: invented, path: '/holdfast-data', totalBytes: 1, uploadedBytes: 1, seconds: 1, files: { total: 1 } },
    ],
  })

/** What any image may write as its last words, in the words of our own last step. */
const forge = `printf %s '${report('update-status')}' > "$\${HOLDFAST_TERMINATION_LOG:-/dev/termination-log}"`

async function backedUp(name: string, change: Change) {
  await addBackup(world, place, name, change)
  await awaitSeen(world, place.namespace, name)
  return backUp(world, place.namespace, name)
}
const withSteps = (name: string, steps: readonly Step[]) =>
  backedUp(name, chart => ({ task: ownTask(chart, world.image, name, steps) }))

test.concurrent('a step that reports a good backup in the words of update-status makes no session Succeeded', async () => {
  const ended = await withSteps('forged', [
    { name: 'forger', script: forge },
    { name: 'last', script: 'true' },
  ])
  expect(endOf(ended)).toMatchObject({ phase: 'Failed' })
  expect(snapshotsOf(ended)).toEqual([])
})

test.concurrent('a forged result in the pod’s shared folder is asked of the repository, and not believed', async () => {
  const script = `mkdir -p /holdfast-tmp/output && printf %s '${report('pvc-backup')}' > /holdfast-tmp/output/pvc-backup.json`
  const ended = await withSteps('shared', [{ name: 'planter', script }, 'update-status'])
  expect(endOf(ended)).toMatchObject({ phase: 'Failed', reason: 'SnapshotNotConfirmed' })
  expect(snapshotsOf(ended)).toEqual([])
})
