import type { IncomingMessage } from 'node:http'
import type { ApiRequest } from './request.js'

/** One request as the audit log of a cluster shows it. */
export interface AuditEntry {
  readonly time: string
  readonly verb: string
  /** Plural and group, with the subresource after a slash: `jobs.batch`, `backupsessions.holdfast.dev/status`. */
  readonly resource: string
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly userAgent: string
  /** The answer's HTTP status; 0 for a connection that was cut. */
  readonly code: number
}

export function auditEntry(request: ApiRequest, message: IncomingMessage, code: number): AuditEntry {
  const { resource, subresource, namespace, name, verb } = request
  const plain = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
  return {
    time: new Date().toISOString(),
    verb,
    resource: subresource === undefined ? plain : `${plain}/${subresource}`,
    namespace,
    name,
    userAgent: message.headers['user-agent'] ?? '',
    code,
  }
}
