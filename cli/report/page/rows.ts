import type { ProblemEntry, ReportContent } from '../content.js'

export const coverageStatuses = ['protected', 'exempt', 'unprotected'] as const
export type CoverageStatus = (typeof coverageStatuses)[number]

export interface PolicyRow {
  readonly index: number
  readonly key: string
  readonly namespace: string
  readonly name: string
  readonly claim: string
  readonly repository: number
  readonly repositoryName: string
  readonly schedule: string
  readonly week: number
  readonly retention: string
  readonly timeline: number
  readonly size: number
  readonly assumed: boolean
  /** Hours; 0 for none. */
  readonly objective: number
  readonly paused: boolean
  readonly storage: number
  readonly requests: number
  readonly egress: number
  readonly cost: number
  readonly position: string
  readonly problems: readonly ProblemEntry[]
  /** True when a claim of git stands behind it. */
  readonly covers: boolean
  /** What the filter looks into, in small letters. */
  readonly words: string
}

export interface ClaimRow {
  readonly key: string
  readonly namespace: string
  readonly name: string
  readonly status: CoverageStatus
  readonly size: string
  readonly origin: string
  readonly reason: string
  readonly until: string
  readonly policies: readonly PolicyRow[]
  readonly position: string
  readonly problems: readonly ProblemEntry[]
  readonly words: string
}

export interface ProblemRow {
  readonly entry: ProblemEntry
  readonly words: string
}

/** The content as rows, with what belongs together linked. */
export interface Rows {
  readonly content: ReportContent
  readonly policies: readonly PolicyRow[]
  readonly claims: readonly ClaimRow[]
  readonly problems: readonly ProblemRow[]
  /** Rows of policies and claims that a problem is about. */
  readonly subjects: ReadonlyMap<ProblemEntry, readonly (PolicyRow | ClaimRow)[]>
}

const words = (...texts: readonly string[]) => texts.join(' ').toLowerCase()

/** Turns columns into rows; once, when the page is opened. */
export function rowsOf(content: ReportContent): Rows {
  const byObject = problemsByObject(content.problems)
  const covered = new Set(content.claims.policies.flat())
  const policies = content.policies.name.map((_, index) => policyRow(content, index, covered.has(index), byObject))
  const claims = content.claims.name.map((_, index) => claimRow(content, index, policies, byObject))
  const subjects = new Map<ProblemEntry, (PolicyRow | ClaimRow)[]>()
  for (const row of [...policies, ...claims]) {
    for (const problem of row.problems) subjects.set(problem, [...(subjects.get(problem) ?? []), row])
  }
  const problems = content.problems.map(entry => ({ entry, words: words(...entry) }))
  return { content, policies, claims, problems, subjects }
}

type ByObject = ReadonlyMap<string, readonly ProblemEntry[]>

function problemsByObject(problems: readonly ProblemEntry[]): ByObject {
  const found = new Map<string, ProblemEntry[]>()
  for (const entry of problems) {
    const others = found.get(entry[1])
    if (others === undefined) found.set(entry[1], [entry])
    else others.push(entry)
  }
  return found
}

// A manifest that leaves its namespace out is in `default`, and what cannot be read of it has no namespace either.
function problemsAbout(kind: string, namespace: string, name: string, byObject: ByObject): readonly ProblemEntry[] {
  const found = byObject.get(`${kind} ${namespace}/${name}`) ?? []
  return namespace === 'default' ? [...found, ...(byObject.get(`${kind} ${name}`) ?? [])] : found
}

function policyRow(content: ReportContent, index: number, covers: boolean, byObject: ByObject): PolicyRow {
  const { policies, namespaces, repositories, schedules, retentions } = content
  const number = (column: readonly number[]) => column[index] ?? 0
  const text = (column: readonly string[]) => column[index] ?? ''
  const namespace = namespaces[number(policies.namespace)] ?? ''
  const name = text(policies.name)
  const claim = text(policies.claim)
  const repository = repositories[number(policies.repository)] ?? { name: '', store: '' }
  const costs = {
    storage: number(policies.storage),
    requests: number(policies.requests),
    egress: number(policies.egress),
  }
  return {
    index,
    key: `${namespace}/${name}`,
    namespace,
    name,
    claim,
    repository: number(policies.repository),
    repositoryName: repository.name,
    schedule: schedules[number(policies.schedule)] ?? '',
    week: number(policies.week),
    retention: retentions[number(policies.retention)] ?? '',
    timeline: number(policies.timeline),
    size: number(policies.size),
    assumed: number(policies.assumed) === 1,
    objective: number(policies.objective),
    paused: number(policies.paused) === 1,
    ...costs,
    cost: costs.storage + costs.requests + costs.egress,
    position: text(policies.position),
    problems: problemsAbout('BackupConfiguration', namespace, name, byObject),
    covers,
    words: words(`${namespace}/${name}`, claim, repository.name, repository.store),
  }
}

function claimRow(
  { claims, namespaces }: ReportContent,
  index: number,
  all: readonly PolicyRow[],
  byObject: ByObject,
): ClaimRow {
  const text = (column: readonly string[]) => column[index] ?? ''
  const namespace = namespaces[claims.namespace[index] ?? -1] ?? ''
  const name = text(claims.name)
  const policies = (claims.policies[index] ?? []).flatMap(each => all[each] ?? [])
  const repositories = policies.map(({ repositoryName }) => repositoryName)
  const names = policies.map(each => each.name)
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    status: coverageStatuses[claims.status[index] ?? 2] ?? 'unprotected',
    size: text(claims.size),
    origin: text(claims.origin),
    reason: text(claims.reason),
    until: text(claims.until),
    policies,
    position: text(claims.position),
    problems: problemsAbout('PersistentVolumeClaim', namespace, name, byObject),
    words: words(`${namespace}/${name}`, text(claims.reason), text(claims.origin), ...names, ...repositories),
  }
}
