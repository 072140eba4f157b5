import { closeSync, openSync, writeSync } from 'node:fs'
import { encodeReport, type Step, type StepReport } from '../../lib/report.js'
import {
  finishFlags,
  maintainFlags,
  notifyFlags,
  pvcBackupFlags,
  pvcRestoreFlags,
  runHookFlags,
  triggerFlags,
  updateStatusFlags,
} from '../../runtime/agent/flag-tables.js'
import { type Flags, type FlagTable, parseFlags } from '../../runtime/agent/flags.js'
import type { ProcessSpec } from '../../sandbox/index.js'

const tables: Readonly<Record<Step, FlagTable>> = {
  trigger: triggerFlags,
  'pvc-backup': pvcBackupFlags,
  'pvc-restore': pvcRestoreFlags,
  'update-status': updateStatusFlags,
  finish: finishFlags,
  maintain: maintainFlags,
  'run-hook': runHookFlags,
  notify: notifyFlags,
}

/** A container of one of Holdfast's steps: what it was told, and where it leaves its word. */
export interface CannedContainer {
  readonly step: Step
  readonly flags: Flags
  readonly spec: ProcessSpec
}

/** Reads the command line as the agent does. Throws for one that the agent would not understand. */
export function cannedContainer(spec: ProcessSpec): CannedContainer {
  const [, step = '', ...args] = spec.command
  if (!Object.hasOwn(tables, step)) throw new Error(`a canned container cannot run '${spec.command.join(' ')}'`)
  return { step: step as Step, flags: parseFlags(step, tables[step as Step], args), spec }
}

/** Leaves a report where the kubelet finds it. */
export function leaveReport({ spec }: CannedContainer, report: StepReport): void {
  const file = openSync(spec.messageFile, 'w')
  writeSync(file, encodeReport(report, Number(spec.env['HOLDFAST_MESSAGE_BUDGET'] ?? 4096)))
  closeSync(file)
}
