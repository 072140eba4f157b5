import { execFileSync } from 'node:child_process'
import type { ReportContent } from '../../../cli/report/content.js'
import { root } from '../../../scripts/tools.mjs'

/** The content of a made-up fleet. A program of its own works it out: Jest’s sandbox makes that six times as long. */
export function madeUpContent(policies: number): ReportContent {
  const args = ['--import', 'tsx', 'bench/report/content-of.ts', String(policies)]
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 }))
}
