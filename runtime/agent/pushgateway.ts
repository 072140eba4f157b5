import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { messageOf } from './failure.js'

/** What tells one group of metrics in the Pushgateway from another; an empty cluster is left out. */
export interface Group {
  readonly cluster: string
  readonly namespace: string
  readonly invokerKind: string
  readonly invokerName: string
}

export interface PushResult {
  readonly pushed: boolean
  readonly message?: string
}

const timeoutMilliseconds = 5000

/**
 * The Pushgateway’s address of a group. A value with a slash is base64: the gateway splits paths after decoding them,
 * so a percent-encoded one does not work (Pushgateway 1.5).
 */
export function groupUrl(base: string, { cluster, namespace, invokerKind, invokerName }: Group): string {
  const labels = [
    ['job', 'holdfast'],
    ['cluster', cluster],
    ['namespace', namespace],
    ['invoker_kind', invokerKind],
    ['invoker_name', invokerName],
  ].filter(([, value]) => value !== '')
  const parts = labels.map(([name, value = '']) =>
    value.includes('/') ? `${name}@base64/${base64(value)}` : `${name}/${encodeURIComponent(value)}`,
  )
  return `${base.replace(/\/+$/, '')}/metrics/${parts.join('/')}`
}

const base64 = (value: string) => Buffer.from(value).toString('base64url')

/**
 * Pushes series in the text format with POST, which replaces only those of the same names. Never throws: metrics are
 * no part of a backup’s success.
 */
export async function push(base: string, group: Group, text: string): Promise<PushResult> {
  if (base === '') return { pushed: false, message: 'no Pushgateway is set' }
  try {
    const { status, body } = await call('POST', groupUrl(base, group), text)
    if (status >= 200 && status < 300) return { pushed: true }
    return { pushed: false, message: `the Pushgateway answered ${status}: ${body.slice(0, 300).trim()}` }
  } catch (error) {
    return { pushed: false, message: `the Pushgateway at ${base} cannot be reached: ${messageOf(error)}` }
  }
}

/** Removes a group, present or not. Throws Error when the Pushgateway refuses or does not answer. */
export async function removeGroup(base: string, group: Group): Promise<void> {
  const { status } = await call('DELETE', groupUrl(base, group))
  if (status < 200 || status >= 300) throw new Error(`the Pushgateway answered ${status}`)
}

/** The labels of all groups. Throws Error when the Pushgateway refuses or does not answer. */
export async function listGroups(base: string): Promise<Readonly<Record<string, string>>[]> {
  const { status, body } = await call('GET', `${base.replace(/\/+$/, '')}/api/v1/metrics`)
  if (status !== 200) throw new Error(`the Pushgateway answered ${status}`)
  const listed = JSON.parse(body) as { data?: readonly { labels?: Readonly<Record<string, string>> }[] }
  return (listed.data ?? []).map(({ labels = {} }) => labels)
}

// Not fetch: it needs WebAssembly, which the controller’s `--lite-mode` switches off.
function call(method: string, address: string, text?: string): Promise<{ status: number; body: string }> {
  const url = new URL(address)
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  const headers =
    text === undefined
      ? {}
      : { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'content-length': Buffer.byteLength(text) }
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    const sent = request(url, { method, headers, signal, agent: false }, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
      response.on('error', reject)
    })
    sent.on('error', error => reject(signal.aborted ? new Error('no answer within 5 seconds') : error))
    sent.end(text)
  })
}
