import { describe, expect, test } from '@jest/globals'
import { timeline } from '../../cli/cluster/timeline.js'
import { Board } from '../../cli/display/board.js'
import { Terminal } from '../../cli/display/terminal.js'
import type { BackupSessionStatus } from '../../lib/api/backup-session.js'
import type { StepReport } from '../../lib/report.js'
import type { BackupSessionObject, ContainerState, PodObject } from '../../runtime/controller/objects.js'

const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'orders-1-ab-1' } }

function session(status: BackupSessionStatus): BackupSessionObject {
  return {
    apiVersion: 'holdfast.dev/v1alpha1',
    kind: 'BackupSession',
    metadata: { name: 'orders-1', namespace: 'shop' },
    spec: { invoker: { apiGroup: 'holdfast.dev', kind: 'BackupConfiguration', name: 'orders' } },
    status,
  }
}

function pod(first: ContainerState, last: ContainerState): PodObject {
  const status = {
    initContainerStatuses: [{ name: 'pvc-backup-0', state: first }],
    containerStatuses: [{ name: 'update-status', state: last }],
  }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'orders-1-ab-1-x' }, status }
}

const ended = (report: StepReport, exitCode = 0): ContainerState => ({
  terminated: { exitCode, message: JSON.stringify(report) },
})
const snapshotId = '0123456789abcdef'.repeat(4)
const stored: StepReport = {
  holdfast: 1,
  step: 'pvc-backup',
  outcome: 'Succeeded',
  snapshots: [{ id: snapshotId, path: '/data', totalBytes: 2048, uploadedBytes: 10, seconds: 1, files: { total: 3 } }],
}
const told = (...view: Parameters<typeof timeline>) => timeline(...view).map(({ state, text }) => `${state} ${text}`)

describe('a session’s timeline', () => {
  test('says what a session that has no Job yet waits for', () => {
    const conditions = [
      {
        type: 'Reconciling',
        status: 'True',
        reason: 'TargetBusy',
        message: 'a restore runs',
        lastTransitionTime: '2026-11-22T03:00:00Z',
      },
    ] as const
    const steps = timeline({ session: session({ phase: 'Pending', conditions: [...conditions] }) })
    expect(steps.at(-1)).toMatchObject({
      state: 'running',
      text: 'waiting for the controller',
      detail: 'a restore runs',
    })
  })

  test('tells a step that is over by its report, one that runs and one that waits', () => {
    const view = { session: session({ phase: 'Running', jobName: job.metadata.name }), job }
    expect(told({ ...view, pod: pod({ running: {} }, { waiting: { reason: 'PodInitializing' } }) })).toEqual([
      'done BackupSession orders-1 created',
      'done Job orders-1-ab-1 created',
      'running pvc-backup is running',
      'waiting update-status',
    ])
    expect(told({ ...view, pod: pod(ended(stored), { running: {} }) })).toContain(
      'done pvc-backup: 3 files, 2 KiB stored as snapshot 01234567',
    )
  })

  test('a failed step and a failed session say why', () => {
    const ready = {
      type: 'Ready',
      status: 'False',
      reason: 'SourceEmpty',
      message: 'no file',
      lastTransitionTime: '2026-11-22T03:00:00Z',
    } as const
    const failed: StepReport = {
      holdfast: 1,
      step: 'pvc-backup',
      outcome: 'Failed',
      reason: 'SecretMissing',
      message: 'no Secret',
    }
    const view = {
      session: session({ phase: 'Failed', jobName: job.metadata.name, conditions: [ready] }),
      job,
      pod: pod(ended(failed), { terminated: { exitCode: 137, reason: 'OOMKilled' } }),
    }
    expect(told(view).slice(2)).toEqual([
      'failed pvc-backup: SecretMissing: no Secret',
      'failed update-status ended',
      'failed Failed: SourceEmpty: no file',
    ])
  })

  test('is printed once a line, without colours and movement, where there is no terminal', () => {
    let text = ''
    const board = new Board(new Terminal({ write: (part: string) => (text += part) }, {}))
    const running = session({ phase: 'Running', jobName: job.metadata.name })
    board.show(timeline({ session: running, job, pod: pod({ running: {} }, {}) }))
    board.show(timeline({ session: running, job, pod: pod(ended(stored), { running: {} }) }))
    board.show(timeline({ session: running, job, pod: pod(ended(stored), { running: {} }) }))
    board.end()
    expect(text.split('\n').map(line => line.replace(/[\d.]+ s/, '0 s').trim())).toEqual([
      expect.stringMatching(/^✔ +0 s {2}BackupSession orders-1 created$/),
      expect.stringMatching(/^✔ +0 s {2}Job orders-1-ab-1 created$/),
      expect.stringMatching(/^✔ +0 s {2}pvc-backup: 3 files/),
      '',
    ])
  })
})
