import type { SandboxClock } from '../clock.js'

/** One request as it reaches the API, over HTTP or from the same process. */
export interface ApiCall {
  readonly method: string
  /** Path with query. */
  readonly path: string
  readonly userAgent: string
  /** `application/json` by default. */
  readonly contentType?: string | undefined
  /** The body as text; empty for none. */
  body(): Promise<string>
}

export type Headers = Readonly<Record<string, string | number | readonly string[]>>

/** The way back to one caller: the connection on which its request came. */
export interface Reply {
  /** The caller is gone: nothing reaches it any more. */
  readonly closed: boolean
  /** The status was sent already. */
  readonly started: boolean
  start(code: number, headers: Headers): void
  write(text: string): void
  end(): void
  /** Cuts the connection: whatever the caller did not hear yet it never hears. */
  reset(): void
  /** Calls back when the caller is gone or the answer is complete. */
  onClose(listener: () => void): void
}

/** The answer of a server that says what its clock shows, as every API server does. */
export class DatedReply implements Reply {
  private readonly to: Reply
  private readonly clock: SandboxClock

  constructor(to: Reply, clock: SandboxClock) {
    this.to = to
    this.clock = clock
  }

  get closed(): boolean {
    return this.to.closed
  }

  get started(): boolean {
    return this.to.started
  }

  start(code: number, headers: Headers): void {
    this.to.start(code, { Date: new Date(this.clock.now()).toUTCString(), ...headers })
  }

  write(text: string): void {
    this.to.write(text)
  }

  end(): void {
    this.to.end()
  }

  reset(): void {
    this.to.reset()
  }

  onClose(listener: () => void): void {
    this.to.onClose(listener)
  }
}

export function sendJson(reply: Reply, code: number, body: unknown, headers: Headers = {}): void {
  const text = JSON.stringify(body)
  reply.start(code, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers })
  reply.write(text)
  reply.end()
}
