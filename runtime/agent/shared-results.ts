import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeReport, type HookReport, isHookReport, type StepReport } from '../../lib/report.js'
import type { Clock } from '../kube/clock.js'
import type { Pod } from './pod.js'

export type HookResult = HookReport

export const preHookFile = 'pre-hook.json'
export const postHookFile = 'post-hook.json'

/** What the containers of one pod left for each other. */
export interface SharedResults {
  readonly reports: readonly StepReport[]
  readonly preHook?: HookResult
  readonly postHook?: HookResult
}

/** Reads `<output-dir>/*.json`; what no step of ours wrote is passed over. */
export function readResults(outputDir: string): SharedResults {
  const files = filesOf(outputDir)
  const reports = [...files.values()].map(decodeReport).filter(report => report !== undefined)
  const preHook = hookResult(files.get(preHookFile))
  const postHook = hookResult(files.get(postHookFile))
  return { reports, ...(preHook === undefined ? {} : { preHook }), ...(postHook === undefined ? {} : { postHook }) }
}

/** The report of a step of this pod. */
export const reportOf = (results: SharedResults, step: StepReport['step']): StepReport | undefined =>
  results.reports.find(report => report.step === step)

/** The hooks’ results as every report carries them. */
export function hooksOf({ preHook, postHook }: SharedResults): Pick<StepReport, 'preHook' | 'postHook'> {
  return { ...(preHook === undefined ? {} : { preHook }), ...(postHook === undefined ? {} : { postHook }) }
}

function filesOf(folder: string): Map<string, string> {
  try {
    const names = readdirSync(folder).filter(name => name.endsWith('.json'))
    return new Map(names.map(name => [name, readFileSync(join(folder, name), 'utf8')]))
  } catch (error) {
    // No step has written anything yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw error
  }
}

function hookResult(text: string | undefined): HookResult | undefined {
  if (text === undefined) return undefined
  const unreadable = { ran: true, ok: false, message: 'the hook left a result that cannot be read' }
  try {
    const result: unknown = JSON.parse(text)
    return isHookReport(result) ? result : unreadable
  } catch {
    return unreadable
  }
}

const startFile = 'started'

/** Notes when the pod’s first step began; later steps leave the note as it is. */
export function markStart(outputDir: string, clock: Clock): void {
  mkdirSync(outputDir, { recursive: true })
  try {
    writeFileSync(join(outputDir, startFile), String(clock.date().getTime()), { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Seconds since the pod’s first step began; those of this step when nobody noted it. */
export function secondsSinceStart(outputDir: string, { host: { clock }, startedAt }: Pod): number {
  const noted = notedStart(join(outputDir, startFile))
  const seconds = (noted === undefined ? clock.now() - startedAt : clock.date().getTime() - noted) / 1000
  return Math.max(0, Math.round(seconds * 1000) / 1000)
}

/** Unix time in milliseconds. */
function notedStart(file: string): number | undefined {
  try {
    const time = Number(readFileSync(file, 'utf8'))
    return time > 0 ? time : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
