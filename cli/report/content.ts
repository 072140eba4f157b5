/**
 * All that the page shows, as it is embedded in it: columns instead of rows, and what many policies have in common
 * only once. Numbers in columns are indexes where a comment says of what; -1 stands for none.
 */
export interface ReportContent {
  readonly version: string
  /** The date that exemptions and waivers are judged at: `2026-11-22`. */
  readonly today: string
  /** The Monday that the week of runs begins with. */
  readonly monday: string
  /** What was read. */
  readonly places: readonly string[]
  /** What the figures rest on, as a name and a sentence each. */
  readonly assumptions: readonly (readonly [name: string, sentence: string])[]
  readonly currency: string
  readonly problems: readonly ProblemEntry[]
  /** What the codes mean that occur in `problems`. */
  readonly meanings: Readonly<Record<string, string>>
  readonly namespaces: readonly string[]
  readonly repositories: readonly RepositoryEntry[]
  readonly schedules: readonly string[]
  /** Hour of the week and runs in it, in turn; hours without runs are left out. */
  readonly weeks: readonly (readonly number[])[]
  readonly retentions: readonly string[]
  readonly timelines: readonly TimelineEntry[]
  /** Days after the first backup that `growth` speaks of. */
  readonly days: readonly number[]
  readonly policies: PolicyColumns
  readonly claims: ClaimColumns
}

export type ProblemEntry = readonly [code: string, object: string, path: string, message: string, source: string]

export interface RepositoryEntry {
  readonly name: string
  readonly store: string
}

/** What a retention leaves of the snapshots of a schedule. */
export interface TimelineEntry {
  /** Hours from each kept snapshot to the next younger one (the first: to now), as gap and repetitions in turn. */
  readonly steps: readonly number[]
  /** Bytes stored for each byte of the claim, at each of `days`. */
  readonly growth: readonly number[]
  /** Ages from and to, in days, the points between, and the greatest gap that was ever met there in hours (or -1). */
  readonly ages: readonly (readonly [from: number, to: number, points: number, gap: number])[]
}

export interface PolicyColumns {
  /** Of `namespaces`. */
  readonly namespace: readonly number[]
  readonly name: readonly string[]
  readonly claim: readonly string[]
  /** Of `repositories`. */
  readonly repository: readonly number[]
  /** Of `schedules`. */
  readonly schedule: readonly number[]
  /** Of `weeks`. */
  readonly week: readonly number[]
  /** Of `retentions`. */
  readonly retention: readonly number[]
  /** Of `timelines`; -1 when nothing fires by itself. */
  readonly timeline: readonly number[]
  /** Bytes of the claim. */
  readonly size: readonly number[]
  /** 1 where the size is an assumption, because no claim in git states one. */
  readonly assumed: readonly number[]
  /** Recovery point objective in hours; 0 for none. */
  readonly objective: readonly number[]
  readonly paused: readonly number[]
  /** Cost per month after a year: storage, requests, egress. */
  readonly storage: readonly number[]
  readonly requests: readonly number[]
  readonly egress: readonly number[]
  readonly position: readonly string[]
}

export interface ClaimColumns {
  /** Of `namespaces`. */
  readonly namespace: readonly number[]
  readonly name: readonly string[]
  /** 0 protected, 1 exempt, 2 unprotected. */
  readonly status: readonly number[]
  /** Size as the claim asks for it; empty when it does not say. */
  readonly size: readonly string[]
  /** What the claim comes from. */
  readonly origin: readonly string[]
  /** Why it is exempt; empty otherwise. */
  readonly reason: readonly string[]
  readonly until: readonly string[]
  /** Of the rows of `policies`. */
  readonly policies: readonly (readonly number[])[]
  readonly position: readonly string[]
}
