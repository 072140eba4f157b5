/** Nothing came back in time. Carries `ETIMEDOUT`, like a connection that timed out. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
  readonly code = 'ETIMEDOUT'

  constructor(call: string, milliseconds: number, what: string) {
    super(`${call}: ${what} within ${milliseconds / 1000} s; the API server or a proxy before it hangs.`)
  }
}
