import { describe, expect, test } from '@jest/globals'
import type { JobObject, PodObject } from '../../../runtime/controller/objects.js'
import { decideRepository, type RepositoryObserved } from '../../../runtime/controller/repository/decide.js'
import { at, configuration, job, now, repository, settings } from './observation.js'
import { exited, pod, reported, running } from './pod-fixture.js'

const known = { id: 'f'.repeat(64), lastBackupTime: at(-60), lastCheckTime: at(-60), lastPruneTime: at(-60) }
const failed = (seconds: number): JobObject => ({
  ...job({ creationTimestamp: at(seconds - 10) }),
  status: { conditions: [{ type: 'Failed', status: 'True', lastTransitionTime: at(seconds) }] },
})
const named = (seen: PodObject): PodObject => ({ ...seen, metadata: { ...seen.metadata, name: 'job-1-x7k2p' } })
const killed = named(pod('Failed', [exited(137)]))
const unlock = (seconds: number, done: boolean): JobObject => ({
  ...job({ name: 'store-unlock', uid: 'unlock-uid', creationTimestamp: at(seconds) }),
  status: { conditions: done ? [{ type: 'Complete', status: 'True' }] : [] },
})
const observe = (different: Partial<RepositoryObserved>): RepositoryObserved => ({
  now,
  settings,
  repository: repository({}, known),
  configurations: [configuration({}, { lastSuccessfulTime: at(-60) })],
  activeSessions: 0,
  otherMaintaining: false,
  ...different,
})

describe('a maintain Job whose pod was killed', () => {
  test.each<[string, Partial<RepositoryObserved>, string, boolean, boolean]>([
    ['has its locks removed at once', { job: failed(-5), pod: killed }, 'unlocking', true, false],
    [
      'has them removed although backups run, which wait for them',
      { job: failed(-5), pod: killed, activeSessions: 2 },
      'unlocking',
      true,
      false,
    ],
    [
      'has them removed once',
      { job: failed(-20), pod: killed, unlockJob: unlock(-10, true) },
      'maintenanceFailed',
      false,
      false,
    ],
    [
      'waits for the Job that removes them',
      { job: failed(-700), pod: killed, unlockJob: unlock(-10, false) },
      'unlocking',
      false,
      false,
    ],
    [
      'does not wait for ever for it',
      { job: failed(-700), pod: killed, unlockJob: unlock(-361, false) },
      'maintained',
      false,
      true,
    ],
    ['has them removed also when nobody looked in time', { job: failed(-700), pod: killed }, 'unlocking', true, false],
    ['leaves them to restic after half an hour', { job: failed(-1801), pod: killed }, 'maintained', false, true],
    [
      'has nothing removed when its node was lost without a word',
      { job: failed(-5), pod: named(pod('Failed', [running], { reason: 'NodeLost' })) },
      'maintenanceFailed',
      false,
      false,
    ],
    [
      'has nothing removed when its agent lived to say what failed',
      { job: failed(-5), pod: named(pod('Failed', [reported({ step: 'maintain', outcome: 'Failed' })])) },
      'maintenanceFailed',
      false,
      false,
    ],
  ])('%s', (_what, seen, check, creates, removes) => {
    const decision = decideRepository(observe(seen))
    const made = {
      check: decision.check,
      creates: decision.create !== undefined,
      removes: decision.remove !== undefined,
    }
    expect(made).toEqual({ check, creates, removes })
  })

  test('is followed by a Job with the dead pod’s host name, which only unlocks and goes with the one that failed', () => {
    const { create } = decideRepository(observe({ job: failed(-5), pod: killed }))
    const { spec, metadata } = create as unknown as {
      metadata: JobObject['metadata']
      spec: { template: { spec: { hostname: string; containers: { args: string[] }[] } } }
    }
    expect(metadata.ownerReferences).toEqual([expect.objectContaining({ kind: 'Job', name: 'job-1', uid: 'job-uid' })])
    expect(metadata.labels).toMatchObject({ 'holdfast.dev/job': 'unlock' })
    expect(spec.template.spec.hostname).toBe('job-1-x7k2p')
    const [container] = spec.template.spec.containers
    expect(container?.args).toEqual(
      expect.arrayContaining(['maintain', '--only-unlock=true', '--forget=[]', '--check=false', '--prune=false']),
    )
  })
})
