import type { SandboxClock } from '../clock.js'
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

/** The requests for objects, oldest first. */
export class AuditLog {
  readonly entries: AuditEntry[] = []
  private readonly clock: SandboxClock
  private readonly kept: number

  /** Keeps the last `kept` entries, or somewhat more; all of them by default. */
  constructor(clock: SandboxClock, kept = Number.POSITIVE_INFINITY) {
    this.clock = clock
    this.kept = kept
  }

  record(request: ApiRequest, userAgent: string, code: number): void {
    const { resource, subresource, namespace, name, verb } = request
    const plain = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
    this.entries.push({
      time: new Date(this.clock.now()).toISOString(),
      verb,
      resource: subresource === undefined ? plain : `${plain}/${subresource}`,
      namespace,
      name,
      userAgent,
      code,
    })
    // In large steps: taking one entry off the front of a long list each time would cost more than the requests.
    if (this.entries.length > this.kept * 1.5) this.entries.splice(0, this.entries.length - this.kept)
  }
}
