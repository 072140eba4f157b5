import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from './clock.js'
import type { Credentials, Endpoint } from './endpoint.js'
import { RefreshedCredentials } from './refreshed-credentials.js'

/** Where the kubelet mounts a pod's ServiceAccount. */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'

/** True in a pod with a mounted ServiceAccount token. */
export function isInCluster(env: NodeJS.ProcessEnv, folder = SERVICE_ACCOUNT_FOLDER): boolean {
  return Boolean(env['KUBERNETES_SERVICE_HOST']) && existsSync(join(folder, 'token'))
}

/**
 * The API server as a pod sees it ("Accessing the Kubernetes API from a Pod").
 *
 * The three files are read here rather than by client-node's KubeConfig, because that class evaluates undici and
 * the generated models: an esbuild bundle that only creates a KubeConfig rests at 74 MiB resident on Node 24 (69 on
 * Node 20), the same program without it at 47 (43). Three files are not worth more than half as much again.
 */
export function inClusterEndpoint(env: NodeJS.ProcessEnv, folder = SERVICE_ACCOUNT_FOLDER, clock?: Clock): Endpoint {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? ''
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443'
  const namespaceFile = join(folder, 'namespace')
  const refreshed = new RefreshedCredentials(() => readServiceAccount(folder), clock)
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    namespace: existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : undefined,
    credentials: refused => refreshed.get(refused),
  }
}

async function readServiceAccount(folder: string): Promise<Credentials> {
  const tokenFile = join(folder, 'token')
  const [token, ca] = await Promise.all([readFile(tokenFile, 'utf8'), readFile(join(folder, 'ca.crt'), 'utf8')])
  if (token.trim() === '') throw new Error(`${tokenFile} is empty.`)
  return { headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } }
}
