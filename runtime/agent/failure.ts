import type { Reason } from '../../lib/reason.js'

/** A step cannot go on, for a reason that people know by name. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure'
  readonly reason: Reason

  constructor(reason: Reason, message: string) {
    super(message)
    this.reason = reason
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
