import type { ClaimRow, PolicyRow, ProblemRow, Rows } from './rows.js'

/** The hour of the week that a person picked in the heat map, of one repository or of all (-1). */
export interface PickedHour {
  readonly hour: number
  readonly repository: number
}

export const shows = ['all', 'problems', 'unprotected', 'exempt', 'protected', 'paused'] as const
export type Show = (typeof shows)[number]

/** What a person wants to see. */
export interface Filter {
  readonly text: string
  readonly show: Show
  /** Empty for all. */
  readonly namespace: string
  /** -1 for all. */
  readonly repository: number
  readonly picked: PickedHour | undefined
}

export const everything: Filter = { text: '', show: 'all', namespace: '', repository: -1, picked: undefined }

/** The rows that a filter leaves, in the order of the content. */
export interface Selection {
  readonly policies: readonly PolicyRow[]
  readonly claims: readonly ClaimRow[]
  readonly problems: readonly ProblemRow[]
}

/** Applies a filter: all words of its text must occur in a row, in any order, in small or capital letters. */
export function select(rows: Rows, filter: Filter): Selection {
  const terms = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  const reads = ({ words }: { readonly words: string }) => terms.every(term => words.includes(term))
  const runs = filter.picked === undefined ? undefined : weeksWithRuns(rows, filter.picked.hour)
  const policies = rows.policies.filter(row => reads(row) && policyFits(row, filter, runs))
  const claims = rows.claims.filter(row => reads(row) && claimFits(row, filter, runs))
  return { policies, claims, problems: problemsFor(rows, filter, reads) }
}

const isNarrowed = ({ show, namespace, repository, picked }: Filter) =>
  (show !== 'all' && show !== 'problems') || namespace !== '' || repository >= 0 || picked !== undefined

// A problem that is about no row (a file, a collision) can only be looked for by its words.
function problemsFor(rows: Rows, filter: Filter, reads: (row: ProblemRow) => boolean): ProblemRow[] {
  const narrowed = isNarrowed(filter)
  const runs = filter.picked === undefined ? undefined : weeksWithRuns(rows, filter.picked.hour)
  return rows.problems.filter(row => {
    if (!reads(row)) return false
    if (!narrowed) return true
    const subjects = rows.subjects.get(row.entry) ?? []
    return subjects.some(subject =>
      'status' in subject ? claimFits(subject, filter, runs) : policyFits(subject, filter, runs),
    )
  })
}

function policyFits(row: PolicyRow, filter: Filter, runs: ReadonlySet<number> | undefined): boolean {
  const { namespace, repository, picked } = filter
  if (namespace !== '' && row.namespace !== namespace) return false
  if (repository >= 0 && row.repository !== repository) return false
  if (runs !== undefined && !runs.has(row.week)) return false
  if (picked !== undefined && picked.repository >= 0 && row.repository !== picked.repository) return false
  return policyShows(row, filter.show)
}

function policyShows(row: PolicyRow, show: Show): boolean {
  if (show === 'problems') return row.problems.length > 0
  if (show === 'paused') return row.paused
  return show === 'all' || (show === 'protected' && row.covers)
}

function claimFits(row: ClaimRow, filter: Filter, runs: ReadonlySet<number> | undefined): boolean {
  const { namespace, repository, picked, show } = filter
  if (namespace !== '' && row.namespace !== namespace) return false
  if (show === 'problems' && row.problems.length === 0) return false
  if (show === 'paused' && !row.policies.some(({ paused }) => paused)) return false
  if (show !== 'all' && show !== 'problems' && show !== 'paused' && row.status !== show) return false
  if (repository < 0 && picked === undefined) return true
  const byPolicy: Filter = { ...filter, show: 'all' }
  return row.policies.some(policy => policyFits(policy, byPolicy, runs))
}

/** The weeks of the content in which something runs in an hour. */
function weeksWithRuns({ content }: Rows, hour: number): ReadonlySet<number> {
  return new Set(content.weeks.flatMap((week, index) => (runsAt(week, hour) > 0 ? [index] : [])))
}

/** Runs of a week, as the content writes it, in one hour. */
export function runsAt(week: readonly number[], hour: number): number {
  for (let at = 0; at < week.length; at += 2) if (week[at] === hour) return week[at + 1] ?? 0
  return 0
}

/** Runs in each hour of the week, by repository; only repositories where something runs. */
export function runsByRepository(rows: Rows, policies: readonly PolicyRow[]): Map<number, number[]> {
  const sums = new Map<number, number[]>()
  for (const { repository, week, paused } of policies) {
    const runs = rows.content.weeks[week] ?? []
    if (paused || runs.length === 0) continue
    const sum = sums.get(repository) ?? new Array<number>(168).fill(0)
    sums.set(repository, sum)
    for (let at = 0; at < runs.length; at += 2) {
      const hour = runs[at] ?? 0
      sum[hour] = (sum[hour] ?? 0) + (runs[at + 1] ?? 0)
    }
  }
  return sums
}
