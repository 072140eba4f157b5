import { expect, jest, test } from '@jest/globals'
import type { KubeObject as StoredObject } from '../../sandbox/index.js'
import { application } from './agents.js'
import { runCourse } from './course.js'
import type { Flow } from './flow.js'
import { loadFlow } from './flow-list.js'
import { planOf, undisturbed } from './plan.js'
import { policyFor, storeRepository } from './protected-volume.js'
import { replayOf, tryOut } from './trial.js'

jest.setTimeout(300_000)

const session = 'backupsessions.holdfast.dev/status shop data-202601010245'

/** Faults that once had a bad end, each with the sentence that was broken. */
const found = [
  {
    sentence: 'a session whose controller dies right after writing its end leaves no interim volume behind',
    flow: 'interim-volume',
    plan: `crash-after @ controller update ${session} #6`,
  },
  {
    sentence: 'a failure is pushed to the Pushgateway although the controller dies right after writing it',
    flow: 'unschedulable',
    plan: `crash-after @ controller update ${session} #5`,
  },
  {
    sentence: 'a maintain Job that was recorded and deleted is not read again as failed while the watches are silent',
    flow: 'first-backup',
    plan: 'while watches fall silent',
  },
  {
    sentence: 'a maintain Job that died is made again ten minutes later',
    flow: 'backup',
    plan: 'kill-before @ maintain restic cat store-maintain-*-? #1',
  },
  {
    sentence: 'a finish Job is not given up as never started because the watch of its pod is silent',
    flow: 'finish',
    plan: 'while watches fall silent',
  },
  {
    sentence: 'a maintain Job is not deleted and made again without a pause because the wall clock is an hour ahead',
    flow: 'backup',
    plan: 'clock-ahead @ controller update backupconfigurations.holdfast.dev/status shop data #2',
  },
  {
    sentence: 'a pod that never starts is given up in time although the wall clock is an hour behind',
    flow: 'unschedulable',
    plan: `clock-behind @ controller update ${session} #1`,
  },
  {
    sentence: 'a session that is deleted already pushes no failure because the news of its end came first',
    flow: 'deleted-session',
    plan: 'while watches expire after each event',
  },
]

test.each(found)('$sentence', async ({ flow, plan }) => {
  const trial = { flow, restic: 'recorded', plan: planOf(plan) } as const
  const { problems, unmet } = await tryOut(trial)
  expect({ replay: replayOf(trial), problems, unmet }).toEqual({ replay: replayOf(trial), problems: [], unmet: [] })
})

interface Ended {
  readonly status: {
    readonly phase: string
    readonly conditions: Readonly<Record<string, { readonly reason: string }>>
    readonly targets?: readonly { readonly stats: readonly { readonly snapshots: readonly unknown[] }[] }[]
  }
}

async function endOfSession(
  flow: Flow,
  plan = undisturbed,
  name = 'data-202601010245',
): Promise<{ status: Ended['status']; breaches: readonly string[] }> {
  const { end, breaches, unmet } = await runCourse(flow, plan, 'recorded')
  expect(unmet).toEqual([])
  const objects = end['objects'] as Readonly<Record<string, Ended>>
  const found = objects[`backupsessions.holdfast.dev shop/${name}`]
  if (found === undefined) throw new Error(`no session: ${Object.keys(objects).join(', ')}`)
  return { status: found.status, breaches }
}

test('a session whose Repository is deleted while it runs still records the snapshot that it stored', async () => {
  const { status, breaches } = await endOfSession(await loadFlow('deleted-repository'))
  expect(breaches).toEqual([])
  expect(status.phase).toBe('Succeeded')
  expect(status.targets?.[0]?.stats[0]?.snapshots).toHaveLength(1)
})

const statusOf = (object: StoredObject) => (object['status'] ?? {}) as Readonly<Record<string, unknown>>
const hasFailed = (session: StoredObject): boolean => statusOf(session)['phase'] === 'Failed'
const isForgotten = (repository: StoredObject): boolean => statusOf(repository)['lastForgetTime'] !== undefined
const maintainFailed = (job: StoredObject): boolean => {
  const conditions = (statusOf(job)['conditions'] ?? []) as readonly { readonly type: string }[]
  return job.metadata.labels?.['holdfast.dev/job'] === 'maintain' && conditions.some(({ type }) => type === 'Failed')
}

test('a maintain pod that is killed while it holds the exclusive lock does not keep the next backup waiting', async () => {
  const flow: Flow = {
    ...(await loadFlow('maintain')),
    name: 'backup-after-a-killed-maintenance',
    before: async () => {},
    act: async stage => {
      await stage.fire('data')
      await stage.until('maintenance', () => stage.list('jobs.batch').some(maintainFailed))
      await stage.backUp('data', 'data-manual-next')
    },
    minutes: 40,
  }
  const plan = planOf('kill-during @ maintain restic forget store-maintain-*-? #1')
  const { status, breaches } = await endOfSession(flow, plan, 'data-manual-next')
  expect(breaches).toEqual([])
  expect(status.conditions['Ready']?.reason).toBe('SnapshotConfirmed')
  expect(status.phase).toBe('Succeeded')
})

test('a mover that is killed while it stores leaves no lock that maintenance waits for', async () => {
  const flow: Flow = {
    ...(await loadFlow('maintain')),
    name: 'maintenance-after-a-killed-mover',
    before: async () => {},
    act: async stage => {
      await stage.fire('data')
      await stage.until('the session', () => stage.list('backupsessions.holdfast.dev').some(hasFailed))
      await stage.backUp('data', 'data-manual-next')
      await stage.until('retention', () => stage.list('repositories.holdfast.dev').some(isForgotten))
    },
    minutes: 40,
  }
  const plan = planOf('kill-during @ pvc-backup restic backup data-202601010245-*-1-? #1')
  const { status } = await endOfSession(flow, plan, 'data-manual-next')
  expect(status.phase).toBe('Succeeded')
})

test('a hook after that failed fails the session, also when the pod is evicted before it could say so', async () => {
  // Without a backup before: its hook would fail too.
  const { before: _, ...finish } = await loadFlow('finish')
  const at = (path: string) => ({ host: application, port: 8080, path })
  const { status } = await endOfSession({
    ...finish,
    name: 'finish-after-a-failed-hook',
    policies: chart => {
      policyFor(chart, storeRepository(chart), {
        hooks: { preBackup: { httpPost: at('/freeze') }, postBackup: { httpPost: at('/status/503/thaw') } },
      })
    },
  })
  expect(status.phase).toBe('Failed')
  expect(status.conditions['Ready']?.reason).toBe('PostHookFailed')
})
