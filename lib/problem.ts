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
