import type { Headers, Reply } from '../../../sandbox/api/reply.js'

/** A reply on its way to the caller that somebody may hold up; by itself it changes nothing. */
export class ReplyFilter implements Reply {
  protected readonly to: Reply

  constructor(to: Reply) {
    this.to = to
  }

  get closed(): boolean {
    return this.to.closed
  }

  get started(): boolean {
    return this.to.started
  }

  start(code: number, headers: Headers): void {
    this.to.start(code, headers)
  }

  write(text: string): void {
    if (!this.to.closed) this.to.write(text)
  }

  end(): void {
    if (!this.to.closed) this.to.end()
  }

  reset(): void {
    if (!this.to.closed) this.to.reset()
  }

  onClose(listener: () => void): void {
    this.to.onClose(listener)
  }
}

/** A reply that nobody hears. */
export class LostReply implements Reply {
  readonly #listeners: (() => void)[] = []
  closed = false
  started = false

  start(): void {
    this.started = true
  }

  write(): void {}

  end(): void {
    this.#close()
  }

  reset(): void {
    this.#close()
  }

  onClose(listener: () => void): void {
    this.#listeners.push(listener)
  }

  #close(): void {
    if (this.closed) return
    this.closed = true
    for (const listener of this.#listeners) listener()
  }
}
