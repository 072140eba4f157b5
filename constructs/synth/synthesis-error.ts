/** One thing that keeps an app from being written. */
export interface Complaint {
  /** The construct. */
  readonly path: string
  readonly message: string
}

/** Everything that keeps an app from being written, each once, in the shape of cdk8s’ own message. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError'
  readonly complaints: readonly Complaint[]

  constructor(complaints: readonly Complaint[]) {
    const lines = new Set(complaints.map(({ path, message }) => `[${path}] ${message}`))
    super(`Validation failed with the following errors:\n  ${[...lines].join('\n  ')}`)
    this.complaints = complaints
  }
}

/** Throws when there is anything to complain about. */
export function refuse(complaints: readonly Complaint[]): void {
  if (complaints.length > 0) throw new SynthesisError(complaints)
}
