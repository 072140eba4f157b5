import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { CRON_JOBS, JOBS } from '../../runtime/kube/resource.js'
import { type Launcher, Sandbox } from '../../sandbox/index.js'
import { DirectTransport } from '../simulation/direct-transport.js'
import { VirtualClock } from '../simulation/virtual-clock.js'

const midnight = Date.UTC(2026, 0, 1)
const hour = 3_600_000
/** Containers that end well after a second. */
const brief = (clock: VirtualClock): Launcher => ({
  mode: 'rewriting',
  start: () => ({
    started: Promise.resolve(),
    exited: new Promise(resolve => {
      clock.after(1000, () => resolve({ code: 0 }))
    }),
    terminate: () => {},
    kill: () => {},
  }),
  reveal: text => text,
})

let folder: string
let clock: VirtualClock
let sandbox: Sandbox
let client: KubeClient

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-time-'))
  clock = new VirtualClock(midnight)
  const images = { tool: { entrypoint: ['tool'] } }
  sandbox = await Sandbox.start({ stateFolder: folder, images, clock, launcher: brief(clock), port: 'none' })
  client = new KubeClient(new DirectTransport(sandbox, clock, 'test'), { clock })
})
afterEach(async () => {
  await clock.run(sandbox.stop())
  rmSync(folder, { recursive: true, force: true })
})

const podSpec = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'tool', command: ['work'] }] }

async function createJob(name: string, more: object = {}): Promise<void> {
  const metadata = { name, namespace: 'default' }
  const spec = { template: { spec: podSpec }, ...more }
  await client.create(JOBS, { apiVersion: 'batch/v1', kind: 'Job', metadata, spec } as KubeObject)
}

describe('a sandbox on a clock that is given to it', () => {
  test('stamps objects with the time of that clock', async () => {
    await clock.advance(90_000)
    await createJob('one')
    const [job] = sandbox.objects('jobs.batch')
    expect(job?.metadata.creationTimestamp).toBe('2026-01-01T00:01:30Z')
  })

  test('starts the Job of a minute that begins at this very millisecond, not an hour later', async () => {
    const spec = { schedule: '0 3 * * *', jobTemplate: { spec: { template: { spec: podSpec } } } }
    const metadata = { name: 'nightly', namespace: 'default' }
    await client.create(CRON_JOBS, { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec } as KubeObject)
    await clock.advance(3 * hour + 1000)
    expect(sandbox.objects('jobs.batch').map(({ metadata: { name } }) => name)).toEqual([
      `nightly-${(midnight + 3 * hour) / 60_000}`,
    ])
  })

  test('forgets an event an hour after it was last written, as the API server does', async () => {
    await createJob('one')
    await clock.advance(10_000)
    expect(sandbox.census()['events']).toBeGreaterThan(0)
    await clock.advance(hour - 11_000)
    expect(sandbox.census()['events']).toBeGreaterThan(0)
    await clock.advance(11_000)
    expect(sandbox.census()['events']).toBe(0)
  })

  test('removes the logs of a pod together with the pod, as the kubelet does', async () => {
    await createJob('one', { ttlSecondsAfterFinished: 60 })
    await clock.advance(10_000)
    expect(readdirSync(join(folder, 'logs'))).toHaveLength(1)
    await clock.advance(120_000)
    expect(sandbox.census()['pods']).toBe(0)
    expect(readdirSync(join(folder, 'logs'))).toEqual([])
    expect(readdirSync(join(folder, 'pods'))).toEqual([])
  })

  test('holds no timer for what is over', async () => {
    const before = clock.pending
    await createJob('one', { ttlSecondsAfterFinished: 60, activeDeadlineSeconds: 600 })
    await clock.advance(2 * hour)
    expect(clock.pending).toBe(before)
  })
})
