import { existsSync } from 'node:fs'
import { coverageOf } from '../../lib/coverage/coverage.js'
import { coverageNotes } from '../../lib/coverage/coverage-notes.js'
import type { CoverageProblemOptions } from '../../lib/coverage/coverage-problems.js'
import type { ClaimExemption } from '../../lib/coverage/exemption.js'
import { formatSummary, summaryOf } from '../../lib/coverage/summary.js'
import { parseDay } from '../../lib/day.js'
import { checkFleet } from '../../lib/fleet/check.js'
import type { Fleet } from '../../lib/fleet/fleet.js'
import type { Manifest } from '../../lib/fleet/manifest.js'
import type { Problem } from '../../lib/problem.js'
import { connect } from '../cluster/connection.js'
import { ProgressLine } from '../display/progress-line.js'
import type { Terminal } from '../display/terminal.js'
import { exitCodes, UserError } from '../user-error.js'
import { exemptionsIn } from './exemption-file.js'
import { type Finding, findingOf } from './finding.js'
import { type FindingFormat, printFindings } from './finding-output.js'
import { fleetAt } from './fleet-reading.js'
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
  const progress = new ProgressLine(options.output === 'table' ? terminal : undefined, signal)
  try {
    const git = await fleetAt(places, options.exclude ?? [], progress)
    if (git.manifests.length === 0 && git.problems.length === 0) {
      throw new UserError(`${places.join(', ')}: no Kubernetes object in any YAML or JSON file there`)
    }
    await judge(
      git,
      places,
      options,
      { today, exemptions, partial: options.partial ?? false },
      { terminal, progress, signal },
    )
  } finally {
    progress.end()
  }
}

interface Run {
  readonly terminal: Terminal
  readonly progress: ProgressLine
  readonly signal: AbortSignal
}

async function judge(
  git: Fleet,
  places: readonly string[],
  options: CheckOptions,
  judged: CoverageProblemOptions & { readonly exemptions: readonly ClaimExemption[] },
  { terminal, progress, signal }: Run,
): Promise<void> {
  const namespaces = options.namespace ?? []
  const { fleet, notes } = options.live === true ? await compare(git, namespaces, signal) : { fleet: git, notes: [] }
  await progress.say(`checking ${fleet.policies.length} policies and ${fleet.claims.length} claims`)
  // With some namespaces only, the Repositories of the others were not asked for.
  const isAsked = ({ code }: Problem) => namespaces.length === 0 || code !== 'HF5110'
  const errors = checkFleet(fleet, judged)
    .filter(isAsked)
    .map(problem => findingOf(problem))
  const hints = coverageNotes(git, coverageOf(git, judged)).map(problem => findingOf(problem, 'note'))
  progress.end()
  printFindings([...errors, ...notes, ...hints], options.output, terminal)
  if (options.output !== 'json') printSummary(fleet, judged, errors.length === 0, terminal)
  if (errors.length > 0)
    throw new UserError(`${errors.length} ${errors.length === 1 ? 'problem' : 'problems'} in ${places.join(', ')}`)
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
  isProof: boolean,
  terminal: Terminal,
): void {
  const summary = summaryOf(coverageOf(fleet, options), options.today)
  const objects = `${fleet.manifests.length} ${fleet.manifests.length === 1 ? 'object' : 'objects'} read`
  if (isProof) terminal.done(formatSummary(summary), objects)
  else terminal.note(`${formatSummary(summary)}  ${terminal.colours.dim(objects)}`)
  const bare = fleet.manifests.filter(isBare).length
  if (bare > 0)
    terminal.note(`${bare} of them name no namespace and were judged as if in ‘default’: give what is applied`)
}

function dayFrom(given: string | undefined): Date {
  const text = given ?? process.env['HOLDFAST_TODAY']
  if (text === undefined) return new Date()
  const date = parseDay(text)
  if (date !== undefined) return date
  throw new UserError(`got the day '${text}'; expected a date, such as 2027-06-30`, exitCodes.usage)
}

// Only what decides over claims: nobody can tell from an object whether its kind has namespaces.
const isBare = ({ object: { kind, metadata } }: Manifest) =>
  metadata.namespace === undefined && ['PersistentVolumeClaim', 'StatefulSet', 'BackupConfiguration'].includes(kind)
