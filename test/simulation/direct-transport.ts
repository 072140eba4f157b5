import { apiErrorFrom } from '../../runtime/kube/api-error.js'
import type { Clock } from '../../runtime/kube/clock.js'
import { DeadlineError } from '../../runtime/kube/deadline-error.js'
import type { ApiCall, ByteStream, DateListener, KubeTransport } from '../../runtime/kube/kube-transport.js'
import type { Sandbox } from '../../sandbox/index.js'
import { connectionReset, Exchange } from './exchange.js'

/** Whoever answers requests: the sandbox. */
export type Api = Pick<Sandbox, 'serve'>

/**
 * The connections of one simulated process to the sandbox's API, in this very process: bodies and events travel as
 * JSON texts, deadlines are those of the given clock, and the audit shows `identity` as user agent.
 */
export class DirectTransport implements KubeTransport {
  readonly identity: string
  readonly #api: Api
  readonly #clock: Clock
  readonly #exchanges = new Set<Exchange>()
  readonly #dateListeners: DateListener[] = []
  #severed = false

  constructor(api: Api, clock: Clock, identity: string) {
    this.#api = api
    this.#clock = clock
    this.identity = identity
  }

  /** Requests that wait for an answer, and watches. */
  get inFlight(): number {
    return this.#exchanges.size
  }

  get severed(): boolean {
    return this.#severed
  }

  async call(call: ApiCall, deadlineMs: number): Promise<unknown> {
    const exchange = this.#open(call, deadlineMs, 0)
    const { code, headers } = await exchange.head
    const text = await readAll(exchange)
    if (code < 200 || code >= 300) throw apiErrorFrom(describe(call), code, text, headerOf(headers['Retry-After']))
    return JSON.parse(text)
  }

  async stream(call: ApiCall, deadlineMs: number, idleMs: number): Promise<ByteStream> {
    const exchange = this.#open(call, deadlineMs, idleMs)
    const { code, headers } = await exchange.head
    if (code >= 200 && code < 300) return exchange
    throw apiErrorFrom(describe(call), code, await readAll(exchange), headerOf(headers['Retry-After']))
  }

  onDate(listener: DateListener): void {
    this.#dateListeners.push(listener)
  }

  close(): void {
    for (const exchange of [...this.#exchanges]) exchange.destroy(connectionReset())
  }

  /**
   * The process dies at this very moment: what it has sent and was not yet carried out never is, and what it waits
   * for it never hears. Its promises stay unsettled for ever.
   */
  sever(): void {
    this.#severed = true
    for (const exchange of [...this.#exchanges]) exchange.close()
    this.#exchanges.clear()
  }

  #open(call: ApiCall, deadlineMs: number, idleMs: number): Exchange {
    call.signal?.throwIfAborted()
    const exchange = new Exchange(() => this.#severed)
    if (this.#severed) return exchange
    this.#exchanges.add(exchange)
    this.#bound(call, exchange, deadlineMs, idleMs)
    const body = call.body === undefined ? '' : JSON.stringify(call.body)
    setImmediate(() => {
      if (exchange.closed) return
      const { method, path, contentType } = call
      this.#api.serve({ method, path, contentType, userAgent: this.identity, body: async () => body }, exchange)
    })
    return exchange
  }

  /** What ends the exchange before the API does: its deadline, silence, the caller's signal. */
  #bound(call: ApiCall, exchange: Exchange, deadlineMs: number, idleMs: number): void {
    const { signal } = call
    const late = () => exchange.destroy(new DeadlineError(describe(call), deadlineMs, 'no answer'))
    let cancel = this.#clock.after(deadlineMs, late)
    const abort = () => exchange.destroy(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    exchange.onClose(() => {
      this.#exchanges.delete(exchange)
      signal?.removeEventListener('abort', abort)
      cancel()
    })
    const sentAt = this.#clock.now()
    exchange.head.then(
      ({ headers }) => {
        cancel()
        this.#tellDate(headerOf(headers['Date']), this.#clock.now() - sentAt)
        if (idleMs > 0 && !exchange.closed) cancel = this.#watchSilence(call, exchange, idleMs)
      },
      () => undefined,
    )
  }

  #tellDate(date: string | undefined, tookMs: number): void {
    const at = Date.parse(date ?? '')
    if (!Number.isNaN(at)) for (const listener of this.#dateListeners) listener(at, tookMs)
  }

  #watchSilence(call: ApiCall, exchange: Exchange, idleMs: number): () => void {
    let heardAt = this.#clock.now()
    exchange.onBytes = () => {
      heardAt = this.#clock.now()
    }
    let cancel = () => {}
    const check = () => {
      const left = heardAt + idleMs - this.#clock.now()
      if (left > 0) cancel = this.#clock.after(left, check)
      else exchange.destroy(new DeadlineError(describe(call), idleMs, 'not a byte'))
    }
    check()
    return () => cancel()
  }
}

async function readAll(exchange: Exchange): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of exchange) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function headerOf(value: string | number | readonly string[] | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

function describe(call: ApiCall): string {
  return `${call.method} ${call.path.split('?', 1)[0]}`
}
