import { closeSync, constants, ftruncateSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { encodeReport, type StepReport } from '../../lib/report.js'
import { messageOf } from './failure.js'

const defaultPath = '/dev/termination-log'
const defaultBudget = 4096

/** Where a container’s message goes and how long it may be. */
export interface MessagePlace {
  readonly path: string
  readonly budget: number
}

/** `HOLDFAST_TERMINATION_LOG` and `HOLDFAST_MESSAGE_BUDGET` (bytes), which the resolver sets. */
export function messagePlace(env: NodeJS.ProcessEnv): MessagePlace {
  const budget = Number(env['HOLDFAST_MESSAGE_BUDGET'])
  return {
    path: env['HOLDFAST_TERMINATION_LOG'] ?? defaultPath,
    budget: Number.isInteger(budget) && budget > 0 ? budget : defaultBudget,
  }
}

/**
 * Writes a report as the container’s termination message, in place: the file is a bind mount, which cannot be
 * renamed over, and one that is truncated first would be empty if the kubelet killed the process then.
 * Gives what went wrong, for the log: a report that cannot be written must not hide the one that can.
 */
export function writeMessage(place: MessagePlace, report: StepReport): string | undefined {
  const text = Buffer.from(encodeReport(report, place.budget))
  try {
    const handle = openSync(place.path, place.path === defaultPath ? 'r+' : constants.O_RDWR | constants.O_CREAT)
    try {
      writeSync(handle, text, 0, text.length, 0)
      ftruncateSync(handle, text.length)
    } finally {
      closeSync(handle)
    }
    return undefined
  } catch (error) {
    return `the termination message could not be written to ${place.path}: ${messageOf(error)}`
  }
}

/** Leaves the whole report for the later containers of the pod, as `<output-dir>/<step>.json`. */
export function writeReportFile(outputDir: string, report: StepReport): string | undefined {
  const path = join(outputDir, `${report.step}.json`)
  try {
    mkdirSync(outputDir, { recursive: true })
    writeFileSync(`${path}.new`, JSON.stringify(report))
    renameSync(`${path}.new`, path)
    return undefined
  } catch (error) {
    return `the report could not be written to ${path}: ${messageOf(error)}`
  }
}
