/** One HTTP call to the API server. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path with query. */
  readonly path: string
  readonly body?: unknown
  /** Default: `application/json`. */
  readonly contentType?: string
  readonly signal?: AbortSignal | undefined
}

/** The body of a watch as it arrives. Once destroyed it ends, with the error if there is one. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  destroy(error?: Error): void
}

/** Hears of an answer: its Date header in milliseconds since the epoch, and how long after the request it came. */
export type DateListener = (at: number, tookMs: number) => void

/** How a KubeClient reaches one API server. */
export interface KubeTransport {
  /**
   * Makes a call and reads its JSON answer, all within `deadlineMs`.
   * @throws ApiError when the server refuses, DeadlineError, or the connection's own error.
   */
  call(call: ApiCall, deadlineMs: number): Promise<unknown>
  /**
   * Opens a watch: the deadline holds until the headers, after that the stream is destroyed with a DeadlineError
   * when `idleMs` pass without a byte; 0 is for ever. The caller destroys the answer; the call's signal does so too.
   */
  stream(call: ApiCall, deadlineMs: number, idleMs: number): Promise<ByteStream>
  /** Tells from now on what the clock of the API server shows, with every answer that says so. */
  onDate(listener: DateListener): void
  /** Closes all connections; calls under way fail. */
  close(): void
}
