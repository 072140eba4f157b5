/** Exit codes of every command, as its help documents them. */
export const exitCodes = { failed: 1, usage: 2, interrupted: 130 } as const

/** Something a person can put right: its message is printed without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly exitCode: number

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The person pressed Ctrl-C, or the process was told to end. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
}
