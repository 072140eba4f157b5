import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

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
export function createObject(api: ApiServer, path: string, body: unknown): Promise<ApiAnswer> {
  const text = JSON.stringify(body)
  const secure = api.url.protocol === 'https:'
  const options = {
    method: 'POST',
    agent: false,
    signal: AbortSignal.timeout(timeoutMilliseconds),
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'content-length': Buffer.byteLength(text),
      'user-agent': 'holdfast-trigger',
      ...(api.token === undefined ? {} : { authorization: `Bearer ${api.token}` }),
    },
    ...(secure && api.ca !== undefined ? { ca: api.ca } : {}),
  }
  return new Promise((resolve, reject) => {
    const call = (secure ? httpsRequest : httpRequest)(new URL(path, api.url), options, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const after = Number(response.headers['retry-after'])
        resolve({
          status: response.statusCode ?? 0,
          ...statusOf(Buffer.concat(chunks).toString()),
          ...(after > 0 && after <= 60 ? { retryAfterSeconds: after } : {}),
        })
      })
    })
    call.on('error', reject)
    call.end(text)
  })
}

function statusOf(text: string): { reason: string; message: string } {
  try {
    const { reason, message } = JSON.parse(text) as { reason?: string; message?: string }
    return { reason: reason ?? '', message: message ?? '' }
  } catch {
    return { reason: '', message: text.slice(0, 300) }
  }
}
