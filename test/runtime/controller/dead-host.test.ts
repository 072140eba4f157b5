import { describe, expect, test } from '@jest/globals'
import { attemptJobName } from '../../../lib/names.js'
import { deadHostOf } from '../../../runtime/controller/dead-host.js'
import type { ContainerState, PodObject } from '../../../runtime/controller/objects.js'
import { finishJob } from '../../../runtime/controller/session/finish-job.js'
import { verdictOf } from '../../../runtime/controller/session/pod-verdict.js'
import { backupSession, begun, job, observe } from './observation.js'
import { exited, pod, reported, running, waiting } from './pod-fixture.js'

const named = (name: string, seen: PodObject): PodObject => ({ ...seen, metadata: { ...seen.metadata, name } })
const killed = pod('Failed', [exited(137), waiting()])

describe('the host name of a pod that was killed', () => {
  test.each<[string, PodObject, boolean]>([
    ['is known when the kubelet says that its container was killed', killed, true],
    ['is known when the kernel killed it for memory', pod('Failed', [exited(137, 'OOMKilled'), waiting()]), true],
    ['is known when its last container was killed', pod('Failed', [exited(0), exited(137)]), true],
    ['is known of an evicted pod', pod('Failed', [exited(137), waiting()], { reason: 'Evicted' }), true],
    [
      'is known while its pod is still being deleted',
      pod('Pending', [exited(137), waiting()], { leaving: true }),
      true,
    ],
    ['is not asked for when every container ended by itself', pod('Succeeded', [exited(0), exited(0)]), false],
    ['is unknown while a container runs', pod('Running', [exited(137), running]), false],
    ['is unknown when the node went without a word', pod('Failed', [running], { reason: 'NodeLost' }), false],
    [
      'is unknown when the pod was given up with its node, between two steps',
      pod('Failed', [exited(0), waiting()], { conditions: [{ type: 'DisruptionTarget', reason: 'DeletionByPodGC' }] }),
      false,
    ],
    [
      'is unknown when the kubelet lost the container',
      pod('Failed', [exited(137, 'ContainerStatusUnknown'), waiting()]),
      false,
    ],
    [
      'is unknown when one of two containers was lost',
      pod('Failed', [exited(137), exited(137, 'ContainerStatusUnknown')]),
      false,
    ],
    ['is unknown while another container may start', pod('Pending', [exited(0), waiting()]), false],
  ])('%s', (_what, seen, known) => {
    expect(deadHostOf('job-1', named('job-1-x7k2p', seen))).toBe(known ? 'job-1-x7k2p' : undefined)
  })

  test.each(['other-x7k2p', 'job-1-x7k2', 'job-1-x7k2pp', 'job-1-x.k2p', 'job-1-X7K2P', 'job-12-x7k2', 'job-1-', ''])(
    'is unknown of a pod that no Job of that name makes: %j',
    name => {
      expect(deadHostOf('job-1', named(name, killed))).toBeUndefined()
    },
  )

  test('is the pod’s name, which Kubernetes cuts so that the Job’s leaves room for its own part', () => {
    const job = 'j'.repeat(63)
    const name = `${'j'.repeat(58)}abcde`
    expect(deadHostOf(job, named(name, killed))).toBe(name)
    expect(deadHostOf('with.dots', named('with.dots-abcde', killed))).toBeUndefined()
    expect(deadHostOf(job, undefined)).toBeUndefined()
  })
})

describe('the Job that ends a session whose pod was killed', () => {
  const session = backupSession(begun())
  const own = `${attemptJobName(session.metadata.name, 'session-uid', 1)}-x7k2p`
  const specOf = (seen: PodObject) => {
    const observed = observe({ session, pod: seen })
    if (observed.subject === undefined) throw new Error('there is no subject')
    const cause = { reason: 'StepFailed' as const, message: 'killed' }
    const made = finishJob(observed, observed.subject, 'finish', { cause, reports: [] }) as unknown as {
      spec: { template: { spec: { hostname?: string; containers: { args: string[] }[] } } }
    }
    const { hostname, containers } = made.spec.template.spec
    return { hostname, removes: containers[0]?.args.includes('--remove-dead-locks=true') }
  }

  test('has that pod’s host name, and removes its locks', () => {
    expect(specOf(named(own, killed))).toEqual({ hostname: own, removes: true })
  })

  test('has a name of its own when the pod may live, or is not the session’s', () => {
    const none = { hostname: undefined, removes: false }
    expect(specOf(named(own, pod('Failed', [running], { reason: 'NodeLost' })))).toEqual(none)
    expect(specOf(named('somebody-else-x7k2p', killed))).toEqual(none)
  })
})

describe('a restic that was killed while its agent lived', () => {
  const told = reported({ step: 'pvc-backup', outcome: 'Failed', reason: 'ResticKilled', message: 'restic was killed' })
  const reasonOf = (state: ContainerState) => {
    const verdict = verdictOf(job(), pod('Succeeded', [state]))
    return verdict.state === 'ended' ? verdict.reports.map(({ reason, message }) => [reason, message]) : verdict.state
  }

  test('ran out of memory only where the kubelet says so', () => {
    expect(reasonOf(told)).toEqual([['ResticKilled', 'restic was killed']])
    const byKernel = { terminated: { ...told.terminated, exitCode: 0, reason: 'OOMKilled' } }
    expect(reasonOf(byKernel)).toEqual([['OutOfMemory', 'restic was killed (container pvc-backup-0: OOMKilled)']])
  })
})
