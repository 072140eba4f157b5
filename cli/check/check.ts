import { existsSync } from 'node:fs'
import { readManifestFiles } from '../../constructs/manifest-files.js'
import { coverageOf } from '../../lib/coverage/coverage.js'
import type { ClaimExemption } from '../../lib/coverage/exemption.js'
import { knownOperators } from '../../lib/coverage/operators/known-operators.js'
import { formatSummary, summaryOf } from '../../lib/coverage/summary.js'
import { checkFleet } from '../../lib/fleet/check.js'
import { type Fleet, fleetOf } from '../../lib/fleet/fleet.js'
import { connect } from '../cluster/connection.js'
import type { Terminal } from '../display/terminal.js'
import { exitCodes, UserError } from '../user-error.js'
import { exemptionsIn } from './exemption-file.js'
import { type Finding, findingOf } from './finding.js'
import { type FindingFormat, printFindings } from './finding-output.js'
import { absentThere, readLive, withLive } from './live-fleet.js'

export interface CheckOptions {
  readonly output: FindingFormat
  readonly exemptions?: string
  readonly exclude?: readonly string[]
  readonly partial?: boolean
  readonly today?: string
  readonly live?: boolean
  readonly namespace?: readonly string[]
}

/**
 * Proves that each claim of the manifests, and with `live` of the cluster, is protected or exempt, and prints what
 * stands against it. Throws UserError when something does.
 */
export async function check(
  places: readonly string[],
  options: CheckOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const missing = places.find(place => !existsSync(place))
  if (missing !== undefined)
    throw new UserError(`${missing} does not exist; give folders or files of manifests`, exitCodes.usage)
  const today = dayFrom(options.today)
  const exemptions = options.exemptions === undefined ? [] : exemptionsIn(options.exemptions)
  const git = fleetAt(places, options.exclude ?? [])
  if (git.manifests.length === 0 && git.problems.length === 0) {
    throw new UserError(`${places.join(', ')}: no Kubernetes object in any YAML or JSON file there`)
  }
  const { fleet, notes } =
    options.live === true ? await compare(git, options.namespace ?? [], signal) : { fleet: git, notes: [] }
  const judged = { today, exemptions, partial: options.partial ?? false }
  const errors = checkFleet(fleet, judged).map(problem => findingOf(problem))
  printFindings([...errors, ...notes], options.output, terminal)
  if (options.output !== 'json') printSummary(fleet, judged, terminal)
  if (errors.length > 0)
    throw new UserError(`${errors.length} ${errors.length === 1 ? 'problem' : 'problems'} in ${places.join(', ')}`)
}

function fleetAt(places: readonly string[], exclude: readonly string[]): Fleet {
  const { manifests, problems } = readManifestFiles(places, { exclude })
  const fleet = fleetOf(manifests, { volumeTemplates: knownOperators })
  return { ...fleet, problems: [...problems, ...fleet.problems] }
}

async function compare(
  git: Fleet,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<{ fleet: Fleet; notes: Finding[] }> {
  const { client } = await connect(undefined)
  try {
    const live = await readLive(client, namespaces, signal)
    const notes = absentThere(git, live, namespaces).map(problem => findingOf(problem, 'note'))
    return { fleet: withLive(git, live), notes }
  } finally {
    client.close()
  }
}

function printSummary(
  fleet: Fleet,
  options: { readonly today: Date; readonly exemptions: readonly ClaimExemption[] },
  terminal: Terminal,
): void {
  const summary = summaryOf(coverageOf(fleet, options), options.today)
  const objects = `${fleet.manifests.length} ${fleet.manifests.length === 1 ? 'object' : 'objects'} read`
  if (summary.unprotected === 0) terminal.done(formatSummary(summary), objects)
  else terminal.note(`${formatSummary(summary)}  ${terminal.colours.dim(objects)}`)
}

function dayFrom(given: string | undefined): Date {
  const text = given ?? process.env['HOLDFAST_TODAY']
  if (text === undefined) return new Date()
  const date = new Date(`${text}T00:00:00Z`)
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime())) return date
  throw new UserError(`got the day '${text}'; expected a date, such as 2027-06-30`, exitCodes.usage)
}
