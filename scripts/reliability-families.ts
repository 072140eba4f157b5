/** One family of faults: what is done to every flow, and which of the possible trials a short run takes. */
export interface FaultFamily {
  /** As its suite calls its figures. */
  readonly suite: string
  readonly fault: string
  readonly chosen: string
}

/** The families of `test/faults`, in the order in which a reader wants them. */
export const faultFamilies: readonly FaultFamily[] = [
  {
    suite: 'crash-points',
    fault: 'killed before or after one write, or one call of restic; started again',
    chosen: 'each point once, before or after it by the seed',
  },
  {
    suite: 'crash-pairs',
    fault: 'killed twice, the second time at a point of the recovery',
    chosen: 'three first points by the seed, up to five second ones each',
  },
  {
    suite: 'crash-points-with-real-restic',
    fault: 'a step killed with its restic, before or after the call, and the repository read again by the real restic',
    chosen: 'five calls by the seed, in the flows that between them come to every command of restic',
  },
  {
    suite: 'api-answers',
    fault: 'one request answered 409, 410, 429, 500, 503 or 504, hanging, reset, or its answer lost after the write',
    chosen: 'each request at least once with an answer by the seed, sixteen at most',
  },
  {
    suite: 'frozen-watches',
    fault: 'from a write on, the watch of one kind shows nothing for minutes',
    chosen: 'four by the seed',
  },
  {
    suite: 'stale-restarts',
    fault: 'killed after a write, then first shown the cluster as it was before',
    chosen: 'two by the seed',
  },
  {
    suite: 'unreliable-api',
    fault:
      'throughout the flow, watches that repeat, stall, end, expire or drop events; an API that is slow, busy or loses answers',
    chosen: 'three by the seed',
  },
  {
    suite: 'two-controllers',
    fault: 'two controllers at once, with a Lease or both believing that they lead',
    chosen: 'both cases',
  },
  { suite: 'clock-jumps', fault: 'the wall clock jumps an hour ahead or back', chosen: 'two by the seed' },
]

/** What the other suites count, as a sentence each. */
export const otherSuites: Readonly<Record<string, string>> = {
  'lies-truncated': 'restic’s recorded output cut at every byte',
  'lies-words': 'restic’s exit codes, summaries and ids, each false in its own way',
  'lies-endurance': 'restic that hangs, floods, stays silent or speaks another version’s format',
  'lies-pushgateway': 'a Pushgateway that answers wrongly, late or not at all',
  'lies-store': 'a store that cuts reads, drops writes, fails in storms or is slow',
  hostile: 'hostile input, generated',
  'request-budget': 'requests to the API server',
  rbac: 'requests on a real cluster against what was granted',
  'cluster-faults':
    'programs of a real cluster killed in mid-flow (each that a session passes through; all with HOLDFAST_FAULTS=all)',
  'cluster-objects-one-repository':
    'many policies fire in one minute, on one repository of a real cluster (twelve; fifty with HOLDFAST_FAULTS=all)',
  'cluster-objects-many-repositories':
    'many policies fire in one minute, each on a repository of its own (twelve; fifty with HOLDFAST_FAULTS=all)',
  'cluster-objects-store-down':
    'policies that fire while the store is down, on a real cluster (a minute; an hour in the simulation)',
  soak: 'the whole system on a real cluster under random faults',
}
