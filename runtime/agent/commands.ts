import type { Step } from '../../lib/report.js'
import type { StepBody } from './ending.js'
import {
  finishFlags,
  maintainFlags,
  notifyFlags,
  pvcBackupFlags,
  pvcRestoreFlags,
  runHookFlags,
  triggerFlags,
  updateStatusFlags,
} from './flag-tables.js'
import type { FlagTable } from './flags.js'

/** A step of a Task or a Job of its own: it reports by termination message and ends with 0. */
export interface StepCommand {
  readonly summary: string
  readonly flags: FlagTable
  readonly load: () => Promise<StepBody>
}

/** Loaded one at a time: a trigger pod must not wait for the Prometheus client. */
export const stepCommands: Readonly<Record<Exclude<Step, 'trigger'>, StepCommand>> = {
  'pvc-backup': {
    summary: 'stores the folders of a volume, a snapshot each',
    flags: pvcBackupFlags,
    load: async () => (await import('./pvc-backup.js')).pvcBackup,
  },
  'pvc-restore': {
    summary: 'restores snapshots into a volume',
    flags: pvcRestoreFlags,
    load: async () => (await import('./pvc-restore.js')).pvcRestore,
  },
  'update-status': {
    summary: 'confirms the snapshots in the repository, pushes metrics, reports',
    flags: updateStatusFlags,
    load: async () => (await import('./update-status.js')).updateStatus,
  },
  finish: {
    summary: 'ends a session whose mover did not report',
    flags: finishFlags,
    load: async () => (await import('./finish.js')).finish,
  },
  maintain: {
    summary: 'applies retention, checks and prunes a repository',
    flags: maintainFlags,
    load: async () => (await import('./maintain.js')).maintain,
  },
  'run-hook': {
    summary: 'runs a hook of a session',
    flags: runHookFlags,
    load: async () => (await import('./run-hook.js')).runHook,
  },
  notify: {
    summary: 'tells others what became of a session',
    flags: notifyFlags,
    load: async () => (await import('./notify.js')).notify,
  },
}

export const triggerSummary = 'creates the BackupSession of a scheduled minute'
export { triggerFlags }
