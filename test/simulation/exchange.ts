import type { ByteStream } from '../../runtime/kube/kube-transport.js'
import type { Headers, Reply } from '../../sandbox/index.js'

export interface Head {
  readonly code: number
  readonly headers: Headers
}

/**
 * One request under way between a simulated process and the API, without a socket: what either side says reaches the
 * other a turn of the event loop later, in order, as bytes.
 */
export class Exchange implements Reply, ByteStream {
  closed = false
  started = false
  /** The status and headers, once they have arrived. */
  readonly head: Promise<Head>
  /** Called when bytes arrive. */
  onBytes: () => void = () => {}
  readonly #isDeaf: () => boolean
  readonly #closing: (() => void)[] = []
  readonly #chunks: Uint8Array[] = []
  #settleHead: { resolve(head: Head): void; reject(error: Error): void } | undefined
  #ended = false
  #error: Error | undefined
  #wake: () => void = () => {}

  /** While `isDeaf` the caller hears nothing: it is dead. */
  constructor(isDeaf: () => boolean) {
    this.#isDeaf = isDeaf
    this.head = new Promise((resolve, reject) => {
      this.#settleHead = { resolve, reject }
    })
    this.head.catch(() => undefined)
  }

  start(code: number, headers: Headers): void {
    this.started = true
    this.#deliver(() => {
      this.#settleHead?.resolve({ code, headers })
      this.#settleHead = undefined
    })
  }

  write(text: string): void {
    if (this.closed) return
    const bytes = Buffer.from(text)
    this.#deliver(() => {
      if (this.#ended) return
      this.#chunks.push(bytes)
      this.onBytes()
      this.#wake()
    })
  }

  end(): void {
    if (this.closed) return
    this.#deliver(() => this.#finish(undefined))
    this.close()
  }

  reset(): void {
    if (this.closed) return
    this.#deliver(() => this.#finish(connectionReset()))
    this.close()
  }

  onClose(listener: () => void): void {
    this.#closing.push(listener)
  }

  /** The caller goes: the API notices, and the caller's own readers get the error, or the end. */
  destroy(error?: Error): void {
    this.close()
    this.#finish(error)
  }

  /** The connection is gone as the API sees it; the caller is told nothing. */
  close(): void {
    if (this.closed) return
    this.closed = true
    for (const listener of this.#closing.splice(0)) listener()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const chunk = this.#chunks.shift()
      if (chunk !== undefined) {
        yield chunk
        continue
      }
      if (this.#error !== undefined) throw this.#error
      if (this.#ended) return
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  #finish(error: Error | undefined): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    // Making an error costs more than all the rest, and most exchanges end well.
    if (this.#settleHead !== undefined) this.#settleHead.reject(error ?? connectionReset())
    this.#wake()
  }

  #deliver(action: () => void): void {
    setImmediate(() => {
      if (!this.#isDeaf()) action()
    })
  }
}

export function connectionReset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
}
