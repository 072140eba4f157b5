import type { HttpPostSpec, HttpRequestSpec, SecretKey } from '../api/http-action.js'
import { utf8Bytes } from '../argument-size.js'

interface Action {
  readonly httpGet?: HttpRequestSpec | undefined
  readonly httpPost?: HttpPostSpec | undefined
}

/**
 * Most bytes of text that the notifications of a policy may have together. They travel in one argument, for which Linux
 * has room for 128 KiB; as JSON a character takes two bytes for each of its own at most, and the rest is structure.
 */
export const mostNotificationBytes = 40 * 1024

/** Bytes of all texts of notifications, in UTF-8: what `notificationBytesCel` counts. */
export const notificationBytes = (notifications: readonly Action[]): number =>
  sumOf(notifications, ({ httpGet, httpPost }) => bytesOfGet(httpGet) + bytesOfPost(httpPost))

function bytesOfGet(request: HttpRequestSpec | undefined): number {
  if (request === undefined) return 0
  const { host = '', path = '', urlFrom, httpHeaders = [] } = request
  const headers = sumOf(httpHeaders, ({ name, value = '', valueFrom }) => {
    return bytes(name) + bytes(value) + bytesOfKey(valueFrom?.secretKeyRef)
  })
  return bytes(host) + bytes(path) + bytesOfKey(urlFrom?.secretKeyRef) + headers
}

function bytesOfPost(request: HttpPostSpec | undefined): number {
  const { body = '', form = [] } = request ?? {}
  return bytesOfGet(request) + bytes(body) + sumOf(form, ({ key, values }) => bytes(key) + sumOf(values, bytes))
}

const bytes = utf8Bytes
const bytesOfKey = (of: SecretKey | undefined): number => bytes(of?.name ?? '') + bytes(of?.key ?? '')
const sumOf = <T>(list: readonly T[], size: (each: T) => number): number =>
  list.reduce((sum, each) => sum + size(each), 0)

const cel = {
  text: (field: string) => `bytes(${field}).size()`,
  key: (field: string) => `bytes(${field}.secretKeyRef.name).size() + bytes(${field}.secretKeyRef.key).size()`,
  given: (field: string, size: string) => `(has(${field}) ? ${size} : 0)`,
  get: (of: string): string =>
    [
      cel.given(`${of}.host`, cel.text(`${of}.host`)),
      cel.given(`${of}.path`, cel.text(`${of}.path`)),
      cel.given(`${of}.urlFrom`, cel.key(`${of}.urlFrom`)),
      cel.given(
        `${of}.httpHeaders`,
        `${of}.httpHeaders.map(h, ${cel.text('h.name')} + ${cel.given('h.value', cel.text('h.value'))} + ${cel.given('h.valueFrom', cel.key('h.valueFrom'))}).sum()`,
      ),
    ].join(' + '),
  post: (of: string): string =>
    [
      cel.get(of),
      cel.given(`${of}.body`, cel.text(`${of}.body`)),
      cel.given(
        `${of}.form`,
        `${of}.form.map(f, ${cel.text('f.key')} + f.values.map(v, ${cel.text('v')}).sum()).sum()`,
      ),
    ].join(' + '),
}

/** CEL of the same count, over a list of notifications. */
export const notificationBytesCel = `self.map(n, ${[
  cel.given('n.httpGet', cel.get('n.httpGet')),
  cel.given('n.httpPost', cel.post('n.httpPost')),
].join(' + ')}).sum()`
