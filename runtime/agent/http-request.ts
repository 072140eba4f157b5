import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { urlToHttpOptions } from 'node:url'
import type { HttpAddress, HttpAnswer, HttpRequest } from './host.js'

/** Where a URL leads. Throws TypeError for one that is not of HTTP. */
export function addressOf(url: URL): HttpAddress {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`${url.protocol}// is no address of HTTP; expected http:// or https://`)
  }
  const { hostname, path, auth } = urlToHttpOptions(url)
  const secure = url.protocol === 'https:'
  return {
    secure,
    host: hostname ?? '',
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    path: path ?? '/',
    ...(auth === undefined || auth === null ? {} : { auth }),
  }
}

/** Sends one request on a connection of its own. Not fetch: it needs WebAssembly, which `--lite-mode` switches off. */
export function sendHttp({
  method,
  address,
  headers,
  body,
  ca,
  signal,
  statusOnly,
  longestBody = Infinity,
}: HttpRequest): Promise<HttpAnswer> {
  const { secure, ...to } = address
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const trust = secure && ca !== undefined ? { ca } : {}
  const options: RequestOptions = { ...to, ...trust, method, signal, agent: false, headers: { ...length, ...headers } }
  return new Promise((resolve, reject) => {
    const call = (secure ? httpsRequest : httpRequest)(options, response => {
      response.on('error', reject)
      if (statusOnly === true) {
        // The answer’s body is of no interest, but the socket must not stay open for it.
        response.once('end', () => call.destroy())
        response.resume()
        resolve(answerOf(response, ''))
        return
      }
      const chunks: Buffer[] = []
      let length = 0
      const done = () => resolve(answerOf(response, Buffer.concat(chunks).toString()))
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        length += chunk.length
        if (length <= longestBody) return
        done()
        call.destroy()
      })
      response.on('end', done)
    })
    call.on('error', reject)
    call.end(body)
  })
}

const answerOf = ({ statusCode, headers }: IncomingMessage, body: string): HttpAnswer => ({
  status: statusCode ?? 0,
  headers,
  body,
})
