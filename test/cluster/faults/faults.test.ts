import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { decodeTags } from '../../../lib/identity.js'
import { awaitMaintained } from '../../behaviour/added-backup.js'
import { backUp } from '../../behaviour/await-session.js'
import { removeOwnTasks } from '../../behaviour/own-task.js'
import { conditionOf, endOf, expectEnd } from '../../behaviour/session-end.js'
import { recordFigures } from '../../faults/figures.js'
import { type Aftermath, strike } from './aftermath.js'
import { catalogue, chosenFaults } from './catalogue.js'
import { recordedIds, wordsOf } from './ending.js'
import { Ground } from './ground.js'
import { fill, makeSite, type Site } from './site.js'

jest.setTimeout(600_000)

const faults = chosenFaults()
let injected = 0
let survived = 0
let ground: Ground
let archive: Site
beforeAll(async () => {
  ground = await Ground.start()
  const namespace = await ground.world.namespace()
  ground.namespaces.add(namespace)
  archive = await makeSite(ground, namespace, 'archive')
  await fill(archive.files, 4)
  expectEnd(await backUp(ground.world, namespace, 'archive'), 'Succeeded', 'SnapshotConfirmed')
  await awaitMaintained(ground.world, archive)
})
afterAll(async () => {
  recordFigures('cluster-faults', { catalogue: catalogue.length, injected, survived })
  await removeOwnTasks(ground.world)
  await ground.stop()
})

describe.each(faults)('when $name', fault => {
  let after: Aftermath
  beforeAll(async () => {
    injected += 1
    after = await strike(ground, archive, fault)
  })

  test('a backup that was uploading ends as it should, within its deadline', () => {
    expect(fault.ends.upload).toContain(wordsOf(after.upload))
    expectInTime(after.upload)
  })

  test('a backup that had stored and not yet confirmed its snapshot ends as it should, and the snapshot is recorded', () => {
    expect(fault.ends.stored).toContain(wordsOf(after.stored))
    expectInTime(after.stored)
    expect(conditionOf(after.stored, 'SnapshotConfirmed')).toMatchObject({ status: 'True' })
    expect(recordedIds(after.stored)).toHaveLength(1)
  })

  test('a restore under way succeeds with every file, or says why it did not', () => {
    expect(fault.ends.restore).toContain(wordsOf(after.restore))
    expectInTime(after.restore)
    expect(endOf(after.restore).message).not.toBe('')
    if (after.restore.status?.phase === 'Succeeded') expect(after.restored).toEqual(after.source)
  })

  test('maintenance that held the repository is done, or the Repository says why it is not', () => {
    expect(fault.ends.maintenance).toContain(after.maintenance)
  })

  test('no Job has a second pod, and no attempt a second Job', () => {
    expect(after.podsPerJob.length).toBeGreaterThanOrEqual(4)
    expect(Math.max(...after.podsPerJob)).toBe(1)
    for (const flow of ['upload', 'stored', 'restore'] as const) {
      const names = after.jobs[flow].map(job => job.metadata.name.replace(/-finish$/, ''))
      expect(new Set(names).size).toBeLessThanOrEqual(after[flow].status?.attempt ?? 0)
    }
  })

  test('every hook that went before a backup was followed by the one that goes after', () => {
    expect(after.scene.asked('upload').join(' ')).toMatch(/^before after( after)?( before after( after)?)?$/)
    expect(after.scene.asked('stored').join(' ')).toMatch(/^before after( after)?$/)
  })

  test('the repositories hold what the statuses say and nothing else, and every byte of them is sound', async () => {
    for (const flow of ['upload', 'stored'] as const) {
      const session = after[flow]
      expect(after.snapshots[flow].map(each => each.id).sort()).toEqual(recordedIds(session).sort())
      for (const { tags } of after.snapshots[flow]) expect(decodeTags(tags).session).toBe(session.metadata.uid)
    }
    const { upload, stored, kept } = after.scene
    await Promise.all([upload, stored, kept, archive].map(site => site.stored.check()))
    survived += 1
  })
})

/** A session is over at its deadline; its pod may have a minute and a half to end by itself. */
function expectInTime({ status }: Aftermath['upload'] | Aftermath['restore']): void {
  const [end, deadline] = [status?.completionTime, status?.sessionDeadline].map(time => Date.parse(time ?? ''))
  expect(end).toBeLessThanOrEqual((deadline ?? 0) + 90_000)
}
