import { existsSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import type { Credentials, Endpoint, TlsOptions } from './endpoint.js'
import { inClusterEndpoint, isInCluster } from './in-cluster.js'
import { RefreshedCredentials } from './refreshed-credentials.js'

export type { Credentials, Endpoint, TlsOptions } from './endpoint.js'

/** Where to look for the cluster. */
export interface EndpointOptions {
  /** A kubeconfig file. Default: as kubectl looks, see {@link loadEndpoint}. */
  readonly kubeconfig?: string
  /** A context of the kubeconfig. Default: its current context. */
  readonly context?: string
}

/**
 * Finds the cluster as kubectl does: the kubeconfig named, KUBECONFIG, `~/.kube/config`, and at last the
 * ServiceAccount of the pod.
 * @throws Error when there is none of these, or the kubeconfig cannot be read.
 */
export async function loadEndpoint(options: EndpointOptions = {}): Promise<Endpoint> {
  const { env } = process
  const hasFile =
    options.kubeconfig || env['KUBECONFIG'] || existsSync(join(env['HOME'] ?? homedir(), '.kube', 'config'))
  if (!hasFile && isInCluster(env)) return inClusterEndpoint(env)
  if (!hasFile) {
    throw new Error(
      'No Kubernetes cluster is configured: KUBECONFIG is not set, ~/.kube/config does not exist and this is not a pod with a ServiceAccount token. Set KUBECONFIG to the file of your cluster.',
    )
  }
  return kubeconfigEndpoint(options)
}

async function kubeconfigEndpoint(options: EndpointOptions): Promise<Endpoint> {
  let config = await readKubeconfig(options)
  const cluster = config.getCurrentCluster()
  if (!cluster) {
    throw new Error(
      `The kubeconfig has no cluster for the context ${JSON.stringify(config.getCurrentContext())}; known contexts: ${config
        .getContexts()
        .map(context => context.name)
        .join(', ')}.`,
    )
  }
  const first = await httpsOptions(config)
  const refreshed = new RefreshedCredentials(async refused => {
    // Exec plugins and OIDC keep their token inside the KubeConfig, so only a fresh one asks them again.
    if (refused) config = await readKubeconfig(options)
    return credentialsFrom(await httpsOptions(config))
  })
  const agent = cluster.proxyUrl && typeof first.agent === 'object' ? first.agent : undefined
  return {
    server: cluster.server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    ...(agent && { agent }),
    credentials: refused => refreshed.get(refused),
  }
}

/** Imported on demand, so that a bundle running inside a cluster never evaluates client-node. */
async function readKubeconfig(options: EndpointOptions): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js')
  const config = new KubeConfig()
  try {
    if (options.kubeconfig) config.loadFromFile(options.kubeconfig)
    else config.loadFromDefault()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error
    // Further lines are a piece of the file around the fault: perhaps a token. So would a cause show it.
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    const file = options.kubeconfig ?? process.env['KUBECONFIG'] ?? '~/.kube/config'
    throw new Error(`The kubeconfig ${file} cannot be read: ${reason}`)
  }
  if (options.context) config.setCurrentContext(options.context)
  // KubeConfig refuses http:// servers unless TLS verification is off, although there is no TLS to verify.
  const clusters = config.clusters.map(c => (c.server.startsWith('http:') ? { ...c, skipTLSVerify: true } : c))
  config.loadFromOptions({
    clusters,
    users: config.users,
    contexts: config.contexts,
    currentContext: config.currentContext,
  })
  return config
}

async function httpsOptions(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  return options
}

function credentialsFrom(options: RequestOptions): Credentials {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value)
  if (options.auth) headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options
  const tls = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }
  return {
    headers,
    tls: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)) as TlsOptions,
  }
}
