import { existsSync, readFileSync } from 'node:fs'
import { readManifestFiles } from '../../constructs/manifest-files.js'
import { knownOperators } from '../../lib/coverage/operators/known-operators.js'
import { type Fleet, fleetOf } from '../../lib/fleet/fleet.js'
import { formatBytes } from '../../lib/quantity.js'
import { exemptionsIn } from '../check/exemption-file.js'
import { ProgressLine } from '../display/progress-line.js'
import type { Terminal } from '../display/terminal.js'
import { companion } from '../policy/program.js'
import { exitCodes, UserError } from '../user-error.js'
import type { ReportContent } from './content.js'
import { reportDocument } from './document.js'
import { type EstimateOptions, estimatesOf } from './estimates.js'
import { findingsIn } from './findings.js'
import { contentOf } from './fleet-content.js'
import { replaceFile, requireFile } from './page-file.js'

export interface ReportOptions extends EstimateOptions {
  readonly output: string
  readonly today?: string
  readonly exemptions?: string
  readonly exclude?: readonly string[]
  readonly partial?: boolean
}

/**
 * Writes the report of a fleet as one HTML file.
 * Throws UserError for options that cannot be read, for places that do not exist or hold no Kubernetes object, and for a
 * file that cannot be written; then nothing is.
 */
export async function report(
  places: readonly string[],
  options: ReportOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  for (const place of places) requirePlace(place)
  if (options.output !== '-') requireFile(options.output)
  const today = dateOf(options.today)
  const estimates = estimatesOf(options)
  const exemptions = options.exemptions === undefined ? [] : exemptionsIn(options.exemptions)
  const progress = new ProgressLine(options.output === '-' ? undefined : terminal, signal)
  try {
    await progress.say('reading manifests')
    const fleet = fleetAt(places, options.exclude ?? [])
    await progress.say(`checking ${fleet.policies.length} policies`)
    const problems = findingsIn(fleet, { today, exemptions, partial: options.partial ?? false })
    await progress.say(`working out what ${fleet.policies.length} policies keep`)
    const content = contentOf(fleet, problems, { today, places, estimates, exemptions })
    await progress.say('writing the page')
    write(options.output, content, terminal, progress)
  } finally {
    progress.end()
  }
}

function fleetAt(places: readonly string[], exclude: readonly string[]): Fleet {
  const { manifests, problems } = readManifestFiles(places, { exclude })
  // A green page about nothing would be taken for a proof.
  if (manifests.length === 0 && problems.length === 0) {
    throw new UserError(`${places.join(', ')}: no Kubernetes object in any YAML or JSON file there`)
  }
  const fleet = fleetOf(manifests, { volumeTemplates: knownOperators })
  return { ...fleet, problems: [...problems, ...fleet.problems] }
}

function write(output: string, content: ReportContent, terminal: Terminal, progress: ProgressLine): void {
  const page = reportDocument(content, {
    script: readFileSync(companion('report-page.js'), 'utf8'),
    style: readFileSync(companion('report-page.css'), 'utf8'),
  })
  if (output === '-') {
    terminal.output.write(page)
    return
  }
  replaceFile(output, page)
  progress.end()
  terminal.done(output, `${formatBytes(Buffer.byteLength(page))}: ${summaryOf(content)}`)
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
