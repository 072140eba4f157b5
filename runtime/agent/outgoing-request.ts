import type { HttpPostSpec, HttpRequestSpec } from '../../lib/api/http-action.js'
import { joinedPath } from '../../lib/notification/joined-path.js'
import type { SummaryValues } from '../../lib/notification/summary.js'
import { fillBody, fillField, fillHeader, fillPath, isMeantAsJson } from '../../lib/notification/template.js'
import type { HttpAddress, HttpRequest } from './host.js'
import { addressOf } from './http-request.js'
import type { RequestSecrets, SecretText } from './request-secrets.js'

interface Action {
  readonly httpGet?: HttpRequestSpec | undefined
  readonly httpPost?: HttpPostSpec | undefined
}

/** What the templates and references of a request are filled with. */
export interface RequestContext {
  readonly values: SummaryValues
  readonly secrets: RequestSecrets
  /** Host of a request that names none. */
  readonly podAddress: string
  /** Body of a POST that has neither body nor form. */
  readonly otherwise: string
}

export type OutgoingRequest = Pick<HttpRequest, 'method' | 'address' | 'headers' | 'body'> & {
  /** Method and place for people, without what a Secret holds. */
  readonly called: string
}

/**
 * The request of a hook or notification. Throws Error, without the credential in it, when a Secret’s URL or header is
 * missing or none, and SyntaxError for a body that begins like JSON and is none.
 */
export function outgoingRequest({ httpGet, httpPost }: Action, context: RequestContext): OutgoingRequest {
  const spec = httpPost ?? httpGet
  if (spec === undefined) throw new Error('it has neither httpGet nor httpPost')
  const method = httpPost === undefined ? 'GET' : 'POST'
  const address = destination(spec, context)
  const body = httpPost === undefined ? undefined : bodyOf(httpPost, context)
  const type: Record<string, string> = body?.type === undefined ? {} : { 'content-type': body.type }
  return {
    method,
    address,
    headers: { ...type, ...headersOf(spec, context) },
    ...(body === undefined ? {} : { body: body.text }),
    called: `${method} ${placeOf(spec, address)}`,
  }
}

function destination(spec: HttpRequestSpec, { values, secrets, podAddress }: RequestContext): HttpAddress {
  const path = fillPath(spec.path ?? '', values)
  if (spec.urlFrom === undefined) {
    const { scheme, host = podAddress, port = scheme === 'HTTPS' ? 443 : 80 } = spec
    return { secure: scheme === 'HTTPS', host, port, path: path === '' ? '/' : path }
  }
  const { name, key } = spec.urlFrom.secretKeyRef
  const url = urlOf(textOf(secrets.url))
  if (url === undefined) throw new Error(`what Secret ${name} holds at key ${key} is no URL of HTTP`)
  return { ...url, path: joinedPath(url.path, path) }
}

function textOf(secret: SecretText | undefined): string {
  if (secret !== undefined && 'text' in secret) return secret.text
  throw new Error(secret?.problem ?? 'it names no Secret')
}

function urlOf(text: string): HttpAddress | undefined {
  try {
    return addressOf(new URL(text))
  } catch {
    // What is wrong with it would quote it.
    return undefined
  }
}

function headersOf({ httpHeaders = [] }: HttpRequestSpec, { values, secrets }: RequestContext): Record<string, string> {
  const waiting = [...secrets.headers]
  const entries = httpHeaders.map(({ name, value, valueFrom }): [string, string] => {
    if (valueFrom === undefined) return [name.toLowerCase(), fillHeader(value ?? '', values)]
    const secret = textOf(waiting.shift())
    const { name: from, key } = valueFrom.secretKeyRef
    if (/[^\x20-\x7e]/.test(secret)) throw new Error(`what Secret ${from} holds at key ${key} is no value of a header`)
    return [name.toLowerCase(), secret]
  })
  return Object.fromEntries(entries)
}

function bodyOf({ body, form }: HttpPostSpec, { values, otherwise }: RequestContext): { text: string; type?: string } {
  if (form !== undefined) {
    const pairs = form.flatMap(({ key, values: fields }) =>
      fields.map((field): [string, string] => [key, fillField(field, values)]),
    )
    return { text: new URLSearchParams(pairs).toString(), type: 'application/x-www-form-urlencoded' }
  }
  const text = body === undefined ? otherwise : fillBody(body, values)
  return isMeantAsJson(text) ? { text, type: 'application/json' } : { text }
}

function placeOf({ urlFrom, path }: HttpRequestSpec, { host, port, path: whole }: HttpAddress): string {
  if (urlFrom === undefined) return `${host}:${port}${whole}`
  const { name, key } = urlFrom.secretKeyRef
  return `to the URL of Secret ${name} (${key})${path === undefined ? '' : `, path ${path}`}`
}

/**
 * What must appear nowhere of a request’s credentials: the URL, and the parts of it that say who may call it. Its host
 * is one of them: some receivers are told apart by a name that only their owner knows, and errors of the network quote it.
 */
export function confidential({ url, headers }: RequestSecrets): string[] {
  const texts = (secret: SecretText | undefined) => (secret !== undefined && 'text' in secret ? [secret.text] : [])
  const [whole = ''] = texts(url)
  const { host = '', path = '', auth = '' } = urlOf(whole) ?? {}
  const long = [host, path, ...path.split(/[/?&=]/), auth].filter(part => part.length >= 8)
  return [...texts(url), ...long, ...headers.flatMap(texts)]
}
