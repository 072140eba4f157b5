import { describe, expect, jest, test } from '@jest/globals'
import type { KubeObject } from '../../sandbox/index.js'
import { runCourse } from './course.js'
import { loadFlow } from './flow-list.js'
import { differences, sentenceOf } from './oracles/difference.js'
import { foreign, invariants } from './oracles/invariants.js'
import type { Scene, SceneChange } from './oracles/scene.js'
import { planOf } from './plan.js'
import { nameOf, pointOf, steady } from './point.js'
import { baseline } from './trial.js'

jest.setTimeout(300_000)

const session = (status: object): KubeObject => object('BackupSession', 's', {}, status)

function object(kind: string, name: string, labels: Record<string, string>, status: object = {}): KubeObject {
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Owner', name: 's', uid: 'uid-of-s' }]
  const metadata = {
    name,
    namespace: 'shop',
    uid: `uid-of-${name}`,
    resourceVersion: '1',
    creationTimestamp: '',
    labels,
  }
  return { apiVersion: 'v1', kind, metadata: { ...metadata, ownerReferences }, status }
}

const job = (kind: string, name: string) =>
  object('Job', name, { 'holdfast.dev/job': kind, 'holdfast.dev/session': 's' })
const pod = (kind: string, name: string): KubeObject =>
  object(
    'Pod',
    name,
    { 'holdfast.dev/job': kind, 'holdfast.dev/session': 's', 'batch.kubernetes.io/job-name': 'j-1' },
    { containerStatuses: [{ state: { running: {} } }] },
  )
const added = (resource: string, object: KubeObject): SceneChange => ({ type: 'ADDED', resource, object })
const ok = { phase: 'Succeeded', targets: [{ stats: [{ snapshots: [{ id: 'a' }] }] }] }

/** What each invariant has to say about a course that breaks it. */
const broken: Readonly<Record<string, { changes: readonly SceneChange[]; live?: readonly [string, KubeObject][] }>> = {
  'at most one Job is ever made for an attempt of a session': {
    changes: [added('jobs.batch', job('backup', 'j-1')), added('jobs.batch', job('backup', 'j-1'))],
  },
  'an attempt is written to the status before its Job is made': {
    changes: [added('jobs.batch', job('backup', 'j-1'))],
    live: [['backupsessions.holdfast.dev', session({ phase: 'Pending' })]],
  },
  'no two movers ever run for one attempt, and no two at once for one session': {
    changes: [added('pods', pod('backup', 'p-1')), added('pods', pod('backup', 'p-2'))],
  },
  'maintenance of a repository never runs beside a session': {
    changes: [added('pods', pod('maintain', 'm-1'))],
    live: [['pods', pod('backup', 'p-1')]],
  },
  'a session that has ended never changes its end': {
    changes: [
      {
        type: 'MODIFIED',
        resource: 'backupsessions.holdfast.dev',
        object: session(ok),
        previous: session({ phase: 'Failed' }),
      },
    ],
  },
  'a backup succeeds only with snapshots that the repository has': {
    changes: [
      { type: 'MODIFIED', resource: 'backupsessions.holdfast.dev', object: session(ok), previous: session({}) },
    ],
  },
  'nothing that belongs to others is touched': {
    changes: [{ type: 'DELETED', resource: 'secrets', object: object('Secret', 'others', { [foreign]: 'true' }) }],
  },
  'every session ends, by its deadline': {
    changes: [],
    live: [['backupsessions.holdfast.dev', session({ phase: 'Running' })]],
  },
}

describe('every invariant can be broken', () => {
  test.each(invariants)('$name', ({ name, witness }) => {
    const { changes = [], live = [] } = broken[name] ?? {}
    const owner = (resource: string, each: KubeObject) => {
      const isOwner = resource === 'backupsessions.holdfast.dev'
      return isOwner ? { ...each, metadata: { ...each.metadata, uid: 'uid-of-s' } } : each
    }
    const scene: Scene = {
      now: () => new Date(0),
      list: resource => live.filter(([each]) => each === resource).map(([each, one]) => owner(each, one)),
      stored: () => new Set(),
    }
    const one = witness(scene)
    const breaches = [...changes.flatMap(change => one.see?.(change) ?? []), ...(one.end?.() ?? [])]
    expect(breaches).toHaveLength(1)
  })
})

test('the points of a flow are found by running it, and are the same in every run', async () => {
  const flow = await loadFlow('backup')
  const [first, second] = [await baseline('backup', 'recorded'), await runCourse(flow, planOf(''), 'recorded')]
  expect(second.points.map(nameOf)).toEqual(first.points.map(nameOf))
  expect(first.points.length).toBeGreaterThan(50)
  for (const point of first.points) expect(pointOf(nameOf(point))).toEqual(point)
})

test('a fault comes to pass where its plan says, and one whose point never comes is told', async () => {
  const flow = await loadFlow('backup')
  const missed = 'crash-before @ controller create jobs.batch shop nobody-*-1 #1'
  const { unmet } = await runCourse(flow, planOf(missed), 'recorded')
  expect(unmet).toEqual([missed])
})

test('two different flows do not end alike', async () => {
  const [one, other] = [await baseline('backup', 'recorded'), await baseline('partial', 'recorded')]
  expect(differences(one.end, other.end).map(sentenceOf)).toContainEqual(
    expect.stringContaining('status / phase: expected "Succeeded", got "PartiallySucceeded"'),
  )
})

test('a name is the same in every run once digests and suffixes are out of it', () => {
  expect(steady('data-202601010245-0a1b2c3d-1')).toBe('data-202601010245-*-1')
  expect(steady('data-202601010245-0a1b2c3d-1-finish-x8kf2')).toBe('data-202601010245-*-1-finish-?')
  expect(steady('store-maintain-0123456789-x8kf2')).toBe('store-maintain-*-?')
})
