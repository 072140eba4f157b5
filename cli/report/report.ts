import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { readManifestFiles } from '../../constructs/manifest-files.js'
import { knownOperators } from '../../lib/coverage/operators/known-operators.js'
import { fleetOf } from '../../lib/fleet/fleet.js'
import { formatBytes } from '../../lib/quantity.js'
import { exemptionsIn } from '../check/exemption-file.js'
import type { Terminal } from '../display/terminal.js'
import { companion } from '../policy/program.js'
import { exitCodes, UserError } from '../user-error.js'
import type { ReportContent } from './content.js'
import { reportDocument } from './document.js'
import { type EstimateOptions, estimatesOf } from './estimates.js'
import { findingsIn } from './findings.js'
import { contentOf } from './fleet-content.js'

export interface ReportOptions extends EstimateOptions {
  readonly output: string
  readonly today?: string
  readonly exemptions?: string
  readonly exclude?: readonly string[]
  readonly partial?: boolean
}

/**
 * Writes the report of a fleet as one HTML file.
 * Throws UserError for options that cannot be read and for places that do not exist; then nothing is written.
 */
export async function report(
  places: readonly string[],
  options: ReportOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  for (const place of places) requirePlace(place)
  const today = dateOf(options.today)
  const estimates = estimatesOf(options)
  const exemptions = options.exemptions === undefined ? [] : exemptionsIn(options.exemptions)
  const files = readManifestFiles(places, { exclude: options.exclude ?? [] })
  signal.throwIfAborted()
  const fleet = fleetOf(files.manifests, { volumeTemplates: knownOperators })
  const checked = findingsIn(fleet, { today, exemptions, partial: options.partial ?? false })
  const problems = [...files.problems, ...checked]
  const content = contentOf(fleet, problems, { today, places, estimates, exemptions })
  const page = reportDocument(content, {
    script: readFileSync(companion('report-page.js'), 'utf8'),
    style: readFileSync(companion('report-page.css'), 'utf8'),
  })
  signal.throwIfAborted()
  replaceFile(options.output, page)
  terminal.done(options.output, `${formatBytes(Buffer.byteLength(page))}: ${summaryOf(content)}`)
}

function summaryOf({ policies, claims, problems }: ReportContent): string {
  const counts = [
    [policies.name.length, 'policy', 'policies'],
    [claims.name.length, 'claim', 'claims'],
    [problems.length, 'problem', 'problems'],
  ] as const
  return counts.map(([count, one, many]) => `${count} ${count === 1 ? one : many}`).join(', ')
}

function requirePlace(place: string): void {
  if (existsSync(place)) return
  throw new UserError(`${place}: there is no such folder or file; name the manifests of your fleet`, exitCodes.usage)
}

/** Midnight UTC of the date that was named, or of the present one. */
function dateOf(text: string | undefined): Date {
  const day = text ?? process.env['HOLDFAST_TODAY'] ?? new Date().toISOString().slice(0, 10)
  const date = new Date(`${day}T00:00:00Z`)
  if (/^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day))
    return date
  throw new UserError(`--today ${day}: there is no such date; write it as 2026-11-22`, exitCodes.usage)
}

// A reader never sees half a page, and an interrupted run leaves the old one.
function replaceFile(file: string, text: string): void {
  const fresh = `${file}.${process.pid}`
  mkdirSync(dirname(file), { recursive: true })
  try {
    writeFileSync(fresh, text)
    renameSync(fresh, file)
  } finally {
    rmSync(fresh, { force: true })
  }
}
