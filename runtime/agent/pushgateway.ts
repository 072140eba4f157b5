import { systemClock } from '../kube/clock.js'
import { deadline } from './deadline.js'
import { messageOf } from './failure.js'
import type { AgentHost, HttpAnswer } from './host.js'
import { addressOf, sendHttp } from './http-request.js'

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

/** How a Pushgateway is reached; by default from this process, over its network. */
export type Outward = Pick<AgentHost, 'http' | 'clock'>

const timeoutMilliseconds = 5000
const direct: Outward = { http: sendHttp, clock: systemClock }

/**
 * The Pushgateway’s address of a group. A value with a slash is base64: the gateway splits paths after decoding them,
 * so a percent-encoded one does not work (Pushgateway 1.5); so is one that a path would take for its parent folder.
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
    /\/|^\.{1,2}$/.test(value) ? `${name}@base64/${base64(value)}` : `${name}/${encodeURIComponent(value)}`,
  )
  return `${base.replace(/\/+$/, '')}/metrics/${parts.join('/')}`
}

const base64 = (value: string) => Buffer.from(value).toString('base64url')

/**
 * Pushes series in the text format with POST, which replaces only those of the same names. Never throws: metrics are
 * no part of a backup’s success.
 */
export async function push(base: string, group: Group, text: string, outward = direct): Promise<PushResult> {
  if (base === '') return { pushed: false, message: 'no Pushgateway is set' }
  try {
    const { status, body } = await call(outward, 'POST', groupUrl(base, group), text)
    if (status >= 200 && status < 300) return { pushed: true }
    return { pushed: false, message: `the Pushgateway answered ${status}: ${body.slice(0, 300).trim()}` }
  } catch (error) {
    return { pushed: false, message: `the Pushgateway at ${base} cannot be reached: ${messageOf(error)}` }
  }
}

/** Removes a group, present or not. Throws Error when the Pushgateway refuses or does not answer. */
export async function removeGroup(base: string, group: Group, outward = direct): Promise<void> {
  const { status } = await call(outward, 'DELETE', groupUrl(base, group))
  if (status < 200 || status >= 300) throw new Error(`the Pushgateway answered ${status}`)
}

/** The labels of all groups. Throws Error when the Pushgateway refuses or does not answer. */
export async function listGroups(base: string, outward = direct): Promise<Readonly<Record<string, string>>[]> {
  const { status, body } = await call(outward, 'GET', `${base.replace(/\/+$/, '')}/api/v1/metrics`)
  if (status !== 200) throw new Error(`the Pushgateway answered ${status}`)
  const listed = JSON.parse(body) as { data?: readonly { labels?: Readonly<Record<string, string>> }[] }
  return (listed.data ?? []).map(({ labels = {} }) => labels)
}

async function call({ http, clock }: Outward, method: string, address: string, text?: string): Promise<HttpAnswer> {
  const limit = deadline(clock, timeoutMilliseconds)
  const headers: Record<string, string> =
    text === undefined ? {} : { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }
  const body = text === undefined ? {} : { body: text }
  try {
    const to = { method, address: addressOf(new URL(address)), headers, ...body, signal: limit.signal }
    // Only a list has a body of interest; a refusal says all in its beginning.
    return await http(method === 'GET' ? to : { ...to, longestBody: 4096 })
  } catch (error) {
    throw limit.signal.aborted ? new Error('no answer within 5 seconds') : error
  } finally {
    limit.lift()
  }
}
