import { KubeClient } from '../../../runtime/kube/client.js'
import { loadEndpoint } from '../../../runtime/kube/credentials.js'
import type { ApiCall, KubeTransport } from '../../../runtime/kube/kube-transport.js'
import { Transport } from '../../../runtime/kube/transport.js'

/** How somebody reaches the API server; `trying` has every write judged in full, admission and all, and stored nowhere. */
export interface Identity {
  readonly trying: KubeClient
  close(): void
}

/** Impersonates a user of no group but the one that everybody is in. */
export async function identity(user: string): Promise<Identity> {
  const endpoint = await loadEndpoint()
  const transport = new Transport({
    ...endpoint,
    credentials: async refused => {
      const { headers, tls } = await endpoint.credentials(refused)
      return { tls, headers: { ...headers, 'Impersonate-User': user, 'Impersonate-Group': 'system:authenticated' } }
    },
  })
  return { trying: new KubeClient(dryRun(transport)), close: () => transport.close() }
}

function dryRun(transport: Transport): KubeTransport {
  return {
    call: (call, deadlineMs) => transport.call(tried(call), deadlineMs),
    stream: (...args) => transport.stream(...args),
    onDate: listener => transport.onDate(listener),
    close: () => transport.close(),
  }
}

// A delete has options as its body, and then the API server does not look at the query.
function tried(call: ApiCall): ApiCall {
  if (call.method === 'GET') return call
  if (call.method === 'DELETE') return { ...call, body: { ...(call.body as object), dryRun: ['All'] } }
  return { ...call, path: `${call.path}?dryRun=All` }
}
