import type { Agent } from 'node:http'
import type { RequestOptions } from 'node:https'

/** The TLS options of node:https that a cluster connection needs. */
export type TlsOptions = Pick<
  RequestOptions,
  'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername'
>

/** What proves to the API server who is calling. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>
  readonly tls: TlsOptions
}

/** Where the API server is and how to be let in. */
export interface Endpoint {
  /** Base URL: `https://10.0.0.1:443`; may end in a path when the server stands behind a proxy. */
  readonly server: string
  /** The namespace of the context, or of the pod inside a cluster. */
  readonly namespace: string | undefined
  /** Only when the cluster is reached through a proxy: replaces the client's own agents. */
  readonly agent?: Agent
  /**
   * The credentials of this moment. `refused` says that the server answered 401 to the last ones,
   * so they are read again at once.
   */
  credentials(refused?: boolean): Promise<Credentials>
}
