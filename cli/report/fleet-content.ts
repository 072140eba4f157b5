import { type ClaimCoverage, coverageOf } from '../../lib/coverage/coverage.js'
import type { ClaimExemption } from '../../lib/coverage/exemption.js'
import { claimKey } from '../../lib/fleet/claim.js'
import type { Fleet } from '../../lib/fleet/fleet.js'
import { type FleetPolicy, policyKey } from '../../lib/fleet/policy.js'
import { type Problem, problemCodes } from '../../lib/problem.js'
import { version } from '../../lib/version.js'
import type { ClaimColumns, PolicyColumns, ProblemEntry, ReportContent, RepositoryEntry } from './content.js'
import { Dictionary } from './dictionary.js'
import type { Estimates } from './estimates.js'
import { PolicyFigures } from './policy-figures.js'
import { mondayOf } from './week.js'

export interface ContentOptions {
  readonly today: Date
  /** What was read, as the page names it. */
  readonly places: readonly string[]
  readonly estimates: Estimates
  /** @default - only those that claims carry as annotations */
  readonly exemptions?: readonly ClaimExemption[]
}

/**
 * What the page shows of a fleet and its problems. A pure function: the same fleet, problems and options give the same
 * content, whatever the order in which files were read.
 */
export function contentOf(fleet: Fleet, problems: readonly Problem[], options: ContentOptions): ReportContent {
  const { today, estimates } = options
  const monday = mondayOf(today)
  const policies = [...fleet.policies].sort((a, b) => compare(policyKey(a), policyKey(b)))
  const coverage = coverageOf(fleet, {
    today,
    ...(options.exemptions === undefined ? {} : { exemptions: options.exemptions }),
  }).sort((a, b) => compare(claimKey(a.claim), claimKey(b.claim)))
  const namespaces = new Dictionary()
  const sorted = [...policies, ...coverage.map(({ claim }) => claim)].map(({ namespace }) => namespace).sort()
  for (const namespace of sorted) namespaces.indexOf(namespace)
  const stores = repositoriesOf(fleet, policies)
  const figures = new PolicyFigures(fleet, monday, estimates)
  const columns = policyColumns(policies, { namespaces, stores, figures })
  return {
    version,
    today: today.toISOString().slice(0, 10),
    monday: monday.toISOString().slice(0, 10),
    places: options.places,
    assumptions: figures.assumptions(),
    currency: estimates.prices.currency,
    problems: problems.map(entryOf).sort((a, b) => compare(a.join('\0'), b.join('\0'))),
    meanings: Object.fromEntries(
      [...new Set(problems.map(({ code }) => code))].sort().map(code => [code, problemCodes[code]]),
    ),
    namespaces: namespaces.texts,
    repositories: stores.entries,
    ...figures.shared(),
    policies: columns,
    claims: claimColumns(coverage, policies, namespaces),
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function entryOf({ code, object, path, message, source }: Problem): ProblemEntry {
  return [code, object, path, message, source ?? '']
}

interface Stores {
  readonly entries: readonly RepositoryEntry[]
  indexOf(store: string): number
}

// One store may be named by many Repository objects; its runs meet all the same.
function repositoriesOf(fleet: Fleet, policies: readonly FleetPolicy[]): Stores {
  const names = new Map<string, string[]>(policies.map(({ store }) => [store, []]))
  for (const { store, namespace, name } of fleet.repositories) names.get(store)?.push(`${namespace}/${name}`)
  const entries = [...names]
    .map(([store, own]) => ({ name: own.length === 1 ? (own[0] ?? store) : store, store }))
    .sort((a, b) => compare(a.name, b.name) || compare(a.store, b.store))
  const indexes = new Map(entries.map(({ store }, index) => [store, index]))
  return { entries, indexOf: store => indexes.get(store) ?? -1 }
}

interface Shared {
  readonly namespaces: Dictionary
  readonly stores: Stores
  readonly figures: PolicyFigures
}

function policyColumns(policies: readonly FleetPolicy[], { namespaces, stores, figures }: Shared): PolicyColumns {
  const each = policies.map(policy => figures.of(policy))
  return {
    namespace: policies.map(({ namespace }) => namespaces.indexOf(namespace)),
    name: policies.map(({ name }) => name),
    claim: policies.map(({ claim }) => claim),
    repository: policies.map(({ store }) => stores.indexOf(store)),
    schedule: each.map(({ schedule }) => schedule),
    week: each.map(({ week }) => week),
    retention: each.map(({ retention }) => retention),
    timeline: each.map(({ timeline }) => timeline),
    size: each.map(({ size }) => size),
    assumed: each.map(({ assumed }) => (assumed ? 1 : 0)),
    objective: policies.map(({ objective }) => (objective === undefined ? 0 : objective / 3_600_000)),
    paused: policies.map(({ spec }) => (spec.paused === true ? 1 : 0)),
    storage: each.map(({ storage }) => storage),
    requests: each.map(({ requests }) => requests),
    egress: each.map(({ egress }) => egress),
    position: policies.map(({ position }) => position),
  }
}

const statuses = { protected: 0, exempt: 1, unprotected: 2 } as const

function claimColumns(
  coverage: readonly ClaimCoverage[],
  policies: readonly FleetPolicy[],
  namespaces: Dictionary,
): ClaimColumns {
  const rows = new Map(policies.map((policy, index) => [policy, index]))
  const rowsOf = (own: readonly FleetPolicy[]) => own.map(policy => rows.get(policy) ?? -1)
  return {
    namespace: coverage.map(({ claim }) => namespaces.indexOf(claim.namespace)),
    name: coverage.map(({ claim }) => claim.name),
    status: coverage.map(({ status }) => statuses[status]),
    size: coverage.map(({ claim }) => claim.size ?? ''),
    origin: coverage.map(({ claim }) => claim.origin),
    reason: coverage.map(({ exemption }) => exemption?.reason ?? ''),
    until: coverage.map(({ exemption }) => exemption?.until ?? ''),
    policies: coverage.map(({ policies: own, idle }) => rowsOf([...own, ...idle])),
    position: coverage.map(({ claim }) => claim.position),
  }
}
