import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { ApiCall, Headers, Reply } from './reply.js'

/** One HTTP request as the API wants it. */
export function httpCall(message: IncomingMessage): ApiCall {
  return {
    method: message.method ?? 'GET',
    path: message.url ?? '/',
    userAgent: message.headers['user-agent'] ?? '',
    contentType: message.headers['content-type'],
    body: async () => {
      const chunks: Buffer[] = []
      for await (const chunk of message) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks).toString('utf8')
    },
  }
}

/** The answer to one HTTP request. */
export class HttpReply implements Reply {
  private readonly message: IncomingMessage
  private readonly response: ServerResponse

  constructor(message: IncomingMessage, response: ServerResponse) {
    this.message = message
    this.response = response
  }

  get closed(): boolean {
    return this.response.destroyed || this.response.writableEnded
  }

  get started(): boolean {
    return this.response.headersSent
  }

  start(code: number, headers: Headers): void {
    this.response.writeHead(code, headers as OutgoingHttpHeaders)
    // An answer of unknown length may have nothing to say for minutes; its caller must know that it began.
    if (headers['Content-Length'] === undefined) this.response.flushHeaders()
  }

  write(text: string): void {
    if (!this.response.writableEnded) this.response.write(text)
  }

  end(): void {
    this.response.end()
  }

  reset(): void {
    this.message.socket.resetAndDestroy()
  }

  onClose(listener: () => void): void {
    this.response.on('close', listener)
  }
}
