/** Where in a policy's source the thing was written, when the compiler could tell: `file:line:column`. */
export type SourcePosition = string

/**
 * One thing that is wrong with an input, in the words of the person who wrote it.
 * `code` is stable (`HF` and four digits) and documented in docs/errors.md.
 */
export interface Problem {
  readonly code: ProblemCode
  /** The object: a construct path at compile time, `Kind namespace/name` at run time. */
  readonly object: string
  /** The field inside the object, as a person would write it: `spec.target.paths[0]`. */
  readonly path: string
  /** What was found, what was expected and the likely fix, in one or two sentences. */
  readonly message: string
  readonly source?: SourcePosition
}

/** Every code with its one-line meaning: the single list behind docs/errors.md. */
export const problemCodes = {
  HF1001: 'A field is missing, unknown or of the wrong type.',
  HF1002: 'A value is outside what the field allows.',
  HF1003: 'Fields of one object contradict each other.',
  HF1004: 'A name cannot be used in Kubernetes.',
  HF1005: 'A cron schedule or time zone cannot be read.',
  HF1006: 'A path of the target is not absolute, or lies outside the mount path.',
  HF1007: 'A restic argument is not on the allow-list.',
  HF1008: 'A retention policy keeps nothing.',
  HF1009: 'A backend is missing, or there is more than one.',
  HF1010: 'A field or kind is deprecated: a warning, which stops nothing.',
  HF2001: 'A Task names a Function that does not exist.',
  HF2002: 'A variable has neither a value nor a default.',
  HF2003: 'A parameter hides a variable that Holdfast sets itself.',
  HF2004: 'A session-scoped variable stands where the kubelet does not expand it.',
  HF2005: 'A substitution cannot be read.',
  HF2006: 'Two Functions of one Task ask for access to the Kubernetes API.',
  HF2007: 'A hook cannot be run as it is written.',
  HF3001: 'Two configurations would write the same host and path of one repository.',
  HF3002: 'Two objects have the same name.',
  HF3003: 'A restore that is re-applied from git could overwrite data.',
  HF3004: 'A policy uses a repository of another namespace in a way the repository does not allow.',
  HF4001: 'A job template asks for more than a job template may.',
  HF4002: 'A job template uses an image that nobody vouches for.',
  HF4003: 'A job template does not match its configuration.',
  HF5001: 'A file of manifests cannot be read as YAML.',
  HF5002: 'A file of manifests is too large, not UTF-8, or cannot be opened.',
  HF5003: 'Two manifests describe the same object.',
  HF5004: 'A manifest is not what its kind asks for, so it cannot be judged.',
  HF5101: 'No policy protects a claim.',
  HF5102: 'A claim is exempt without a reason, or without an end.',
  HF5103: 'The exemption of a claim is over.',
  HF5104: 'The claim of a policy is nowhere in git.',
  HF5105: 'Two policies protect the same claim.',
  HF5106: 'The mover cannot read what the workload writes.',
  HF5107: 'An exemption exempts nothing.',
  HF5108: 'A claim of git is not in the cluster.',
  HF5109: 'Policies back up only a part of a claim.',
  HF5110: 'The Repository of a policy is nowhere in git.',
  HF5111: 'The CronJob of a policy does not start its sessions as the policy says.',
  HF5201: 'A schedule does not keep the recovery point objective.',
  HF5202: 'The runs of a fleet do not fit into their windows.',
  HF5203: 'Runs collide.',
  HF5204: 'The lock file of the schedules cannot be used.',
  HF5301: 'Retention keeps less than the policy promises.',
  HF5401: 'A policy breaks a rule of the fleet.',
  HF5402: 'A waiver has no reason, is over, or waives nothing.',
  HF6001: 'Two objects would be written to the same file.',
  HF6002: 'A file that is not ours stands where one would be written.',
  HF6003: 'Objects depend on each other in a circle.',
  HF6004: 'A value cannot be written as YAML.',
  HF6005: 'The program of the policies ended with an error.',
} as const

export type ProblemCode = keyof typeof problemCodes

/** One line a person can act on. */
export function formatProblem(problem: Problem): string {
  const where = problem.path === '' ? problem.object : `${problem.object}: ${problem.path}`
  const source = problem.source === undefined ? '' : ` (${problem.source})`
  return `${problem.code} ${where}: ${problem.message}${source}`
}

/** All problems of an input at once; thrown before anything is written. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}
