import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { clusterState } from '../behaviour/cluster-node.js'

/** One request of a ServiceAccount, as the API server judged it. */
export interface AuditEntry {
  /** `namespace:name`. */
  readonly account: string
  readonly verb: string
  readonly group: string
  /** Plural, with its subresource: `backupsessions/status`. */
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly allowed: boolean
  readonly code: number
  readonly at: Date
}

/** The controller’s ServiceAccount, as entries name it. */
export const controllerAccount = 'holdfast-system:holdfast-controller'

const prefix = 'system:serviceaccount:'

interface Event {
  readonly stage: string
  readonly verb: string
  readonly user: { readonly username: string }
  readonly objectRef?: {
    readonly apiGroup?: string
    readonly resource?: string
    readonly subresource?: string
    readonly namespace?: string
    readonly name?: string
  }
  readonly responseStatus?: { readonly code?: number }
  readonly requestReceivedTimestamp: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** Every request of ServiceAccounts since a time, each once: a watch when it begins, all others when they are answered. */
export async function* auditEntries(since: Date): AsyncGenerator<AuditEntry, void, undefined> {
  for (const file of await auditFiles()) {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (!line.includes(prefix)) continue
      const entry = entryOf(JSON.parse(line) as Event)
      if (entry !== undefined && entry.at >= since) yield entry
    }
  }
}

/** The log, its older part first: it is rotated by size. */
async function auditFiles(): Promise<string[]> {
  const folder = join(clusterState, 'log')
  const names = (await readdir(folder)).filter(name => /^audit(-.*)?\.log$/.test(name))
  return names.sort((a, b) => Number(a === 'audit.log') - Number(b === 'audit.log')).map(name => join(folder, name))
}

function entryOf(event: Event): AuditEntry | undefined {
  const { stage, verb, user, objectRef = {}, responseStatus, annotations = {} } = event
  if (!user.username.startsWith(prefix)) return undefined
  const code = responseStatus?.code ?? 0
  const counts = verb === 'watch' && code === 200 ? stage === 'ResponseStarted' : stage === 'ResponseComplete'
  if (!counts || objectRef.resource === undefined) return undefined
  const { apiGroup = '', resource, subresource, namespace = '', name = '' } = objectRef
  return {
    account: user.username.slice(prefix.length),
    verb,
    group: apiGroup,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    namespace,
    name,
    allowed: annotations['authorization.k8s.io/decision'] === 'allow',
    code,
    at: new Date(event.requestReceivedTimestamp),
  }
}

/** The requests of the controller about one namespace since a time. */
export async function controllerRequests(namespace: string, since: Date): Promise<AuditEntry[]> {
  const found: AuditEntry[] = []
  for await (const entry of auditEntries(since)) {
    if (entry.account === controllerAccount && entry.namespace === namespace) found.push(entry)
  }
  return found
}
