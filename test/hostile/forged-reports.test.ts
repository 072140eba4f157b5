import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { annotations } from '../../lib/api/group.js'
import { backupSessionKind, restoreSessionKind } from '../../lib/api/kinds.js'
import { decodeReport, type StepReport, steps } from '../../lib/report.js'
import { reportingSteps } from '../../lib/reporting-step.js'
import { DepartedPods } from '../../runtime/controller/departed-pods.js'
import { podOfJob } from '../../runtime/controller/job-pod.js'
import type { PodObject } from '../../runtime/controller/objects.js'
import { isBackup, type SessionObject } from '../../runtime/controller/objects.js'
import { concluded } from '../../runtime/controller/session/outcome.js'
import { decide } from '../../runtime/controller/session/reconciler.js'
import { backupSession, begun, job, observe, restoreSession, settings } from '../runtime/controller/observation.js'
import { runs, Tally } from './cases.js'
import { hostileText } from './hostile-text.js'

const tally = new Tally('forged-reports')
afterAll(() => tally.leave())

const forged = {
  ...{ holdfast: 1, step: 'update-status', outcome: 'Succeeded', confirmed: true },
  snapshots: [{ id: 'a'.repeat(64), path: '/data', totalBytes: 1, uploadedBytes: 1, seconds: 1, files: { total: 1 } }],
}
const told = (name: string, report: object) => ({
  name,
  state: { terminated: { exitCode: 0, reason: 'Completed', message: JSON.stringify(report) } },
})
const failed = { holdfast: 1, step: 'update-status', outcome: 'Failed', reason: 'SnapshotNotConfirmed' }
const reports = JSON.stringify({ 'pvc-backup-0': 'pvc-backup', 'update-status-1': 'update-status' })
const withReports = job({ annotations: { [annotations.reports]: reports } }, ['Complete'])

function mover(statuses: readonly object[], owner = 'job-uid'): PodObject {
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'job-1', uid: owner }]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'job-1-x',
      namespace: 'shop',
      ownerReferences,
      labels: { 'batch.kubernetes.io/job-name': 'job-1' },
    },
    status: { phase: 'Succeeded', initContainerStatuses: statuses.slice(0, -1), containerStatuses: statuses.slice(-1) },
  } as PodObject
}
const phaseAfter = (pod: PodObject, ofJob = withReports) =>
  decide(observe({ session: backupSession(begun()), job: ofJob, pod })).status.phase

describe('a forged report of a good backup', () => {
  test.each(['pre-task-hook', 'post-task-hook', 'dump-0', 'pvc-backup-0', 'update-status', '__proto__', 'constructor'])(
    'in the container %s makes no session Succeeded',
    container => {
      tally.count('forged container')
      expect(phaseAfter(mover([told(container, forged), told('update-status-1', failed)]))).toBe('Failed')
      expect(phaseAfter(mover([told(container, forged)]))).not.toBe('Succeeded')
      expect(phaseAfter(mover([told(container, forged)]), job({}, ['Complete']))).not.toBe('Succeeded')
    },
  )

  test('is the real one’s exact form: where update-status itself says it, the session is Succeeded', () => {
    expect(phaseAfter(mover([told('pvc-backup-0', {}), told('update-status-1', forged)]))).toBe('Succeeded')
  })

  test('in a pod that only carries the Job’s labels is never read', async () => {
    const foreign = mover([told('update-status-1', forged)], 'another-uid')
    const [pods, departed] = [[foreign], new DepartedPods()]
    departed.remember(foreign)
    const caches = { pods: { byIndex: () => pods } }
    const client = { list: async () => ({ items: pods }) }
    const sources = { caches, client, departed } as unknown as Parameters<typeof podOfJob>[3]
    expect(await podOfJob(withReports, 'shop', 'job-1', sources)).toBeUndefined()
    expect(await podOfJob(undefined, 'shop', 'job-1', sources, 'job-uid')).toBeUndefined()
    expect(await podOfJob(job({ uid: 'another-uid' }), 'shop', 'job-1', sources)).toBe(foreign)
  })

  test('comes from no container but those that run Holdfast’s own program as it is', () => {
    const own = { image: settings.image, args: ['update-status'] }
    const containers = [
      { name: 'real', ...own },
      { name: 'foreign-image', ...own, image: 'evil:1' },
      { name: 'own-command', ...own, command: ['node', '-e', 'forge()'] },
      { name: 'no-step', image: settings.image, args: ['sleep'] },
      { name: 'nothing', image: settings.image },
    ]
    expect(reportingSteps(containers, [settings.image])).toEqual({ real: 'update-status' })
  })
})

const wildNumber = fc.oneof(
  { weight: 60, arbitrary: fc.nat() },
  { weight: 1, arbitrary: fc.constantFrom(-1, 1e300, Number.MAX_SAFE_INTEGER, 0.5, Number.NaN) },
)
const id = fc.oneof(
  { weight: 40, arbitrary: fc.constant('a'.repeat(64)) },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom('A'.repeat(64), 'a'.repeat(63)), hostileText) },
)
const files = fc.record({ total: wildNumber, new: wildNumber, unreadable: wildNumber }, { requiredKeys: [] })
const wildReport = fc.record(
  {
    holdfast: fc.constant(1),
    step: fc.constantFrom(...steps, 'other'),
    outcome: fc.constantFrom('Succeeded', 'Partial', 'Failed', 'Skipped', 'Interrupted'),
    reason: fc.constantFrom('SnapshotConfirmed', 'WrongPassword', 'Evicted', 'other'),
    message: hostileText,
    seconds: wildNumber,
    host: hostileText,
    repository: fc.record({ id, format: wildNumber, initialized: fc.boolean() }, { requiredKeys: [] }),
    snapshots: fc.array(
      fc.record({
        id,
        path: hostileText,
        totalBytes: wildNumber,
        uploadedBytes: wildNumber,
        seconds: wildNumber,
        files,
      }),
      { maxLength: 12 },
    ),
    restored: fc.array(fc.record({ id, path: hostileText, files: wildNumber, bytes: wildNumber }), { maxLength: 40 }),
    confirmed: fc.boolean(),
    metrics: fc.record({ pushed: fc.boolean(), message: hostileText }),
    preHook: fc.record({ ran: fc.boolean(), ok: fc.boolean(), message: hostileText }),
  },
  { requiredKeys: ['holdfast', 'step', 'outcome'] },
)

const statusOf = (session: SessionObject) => (isBackup(session) ? backupSessionKind.status : restoreSessionKind.status)
const sane: Pick<StepReport, 'holdfast' | 'step'> = { holdfast: 1, step: 'update-status' }

describe('a report that only looks like ours', () => {
  test('is refused, or makes a status that the API server takes, so that the session ends', () => {
    let believed = 0
    fc.assert(
      fc.property(wildReport, fc.boolean(), (wild, backup) => {
        tally.count('wild report')
        const report = decodeReport(JSON.stringify({ ...sane, ...wild }))
        if (report === undefined) return
        believed += 1
        const session = backup ? backupSession(begun()) : restoreSession({}, begun())
        const { status } = concluded(observe({ session }), { report })
        expect(statusOf(session)?.safeParse(JSON.parse(JSON.stringify(status))).error?.issues ?? []).toEqual([])
        if (status.phase === 'Succeeded' && backup) {
          expect(report.confirmed).toBe(true)
          expect(report.snapshots?.length).toBeGreaterThan(0)
        }
      }),
      runs(1000),
    )
    expect(believed).toBeGreaterThan(50)
  })

  test('of a restore of forty folders still makes a status that the API server takes', () => {
    tally.count('many restored folders')
    const restored = Array.from({ length: 40 }, () => ({ id: 'a'.repeat(64), path: '/x', files: 1, bytes: 1 }))
    const report: StepReport = { ...sane, outcome: 'Succeeded', restored, seconds: 1e9, host: 'h'.repeat(2000) }
    const { status } = concluded(observe({ session: restoreSession({}, begun()) }), { report })
    expect(restoreSessionKind.status?.safeParse(status).error?.issues ?? []).toEqual([])
  })
})
