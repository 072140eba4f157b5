import { readFileSync } from 'node:fs'
import { deadline } from './deadline.js'
import type { AgentHost } from './host.js'
import { addressOf } from './http-request.js'

const account = '/var/run/secrets/kubernetes.io/serviceaccount'
const timeoutMilliseconds = 10_000

/** The API server as a pod reaches it. */
export interface ApiServer {
  readonly url: URL
  readonly token?: string
  readonly ca?: string
}

export interface ApiAnswer {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** `reason` of the Kubernetes Status object. */
  readonly reason: string
  readonly message: string
  readonly retryAfterSeconds?: number
}

/**
 * The cluster’s own API server with the pod’s ServiceAccount; `HOLDFAST_API_URL` names another one, without a token.
 * Throws when the process runs in no pod.
 */
export function inClusterApi(env: NodeJS.ProcessEnv): ApiServer {
  const other = env['HOLDFAST_API_URL']
  if (other !== undefined && other !== '') return { url: new URL(other) }
  const [host, port] = [env['KUBERNETES_SERVICE_HOST'], env['KUBERNETES_SERVICE_PORT']]
  if (host === undefined) throw new Error('this is no pod: KUBERNETES_SERVICE_HOST is not set')
  return {
    url: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port ?? '443'}`),
    token: readFileSync(`${account}/token`, 'utf8').trim(),
    ca: readFileSync(`${account}/ca.crt`, 'utf8'),
  }
}

/** POSTs one object. A client library would take longer to load than this takes to run. */
export async function createObject(host: AgentHost, api: ApiServer, path: string, body: unknown): Promise<ApiAnswer> {
  const limit = deadline(host.clock, timeoutMilliseconds)
  try {
    const answer = await host.http({
      method: 'POST',
      address: addressOf(new URL(path, api.url)),
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'holdfast-trigger',
        ...(api.token === undefined ? {} : { authorization: `Bearer ${api.token}` }),
      },
      body: JSON.stringify(body),
      signal: limit.signal,
      ...(api.ca === undefined ? {} : { ca: api.ca }),
    })
    const after = Number(answer.headers['retry-after'])
    return {
      status: answer.status,
      ...statusOf(answer.body),
      ...(after > 0 && after <= 60 ? { retryAfterSeconds: after } : {}),
    }
  } finally {
    limit.lift()
  }
}

function statusOf(text: string): { reason: string; message: string } {
  try {
    const { reason, message } = JSON.parse(text) as { reason?: string; message?: string }
    return { reason: reason ?? '', message: message ?? '' }
  } catch {
    return { reason: '', message: text.slice(0, 300) }
  }
}
