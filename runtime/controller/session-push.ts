import { hostOf } from '../../lib/identity.js'
import { backupMetrics, restoreMetrics, type SessionMetrics } from '../agent/metrics.js'
import { push } from '../agent/pushgateway.js'
import { createdAt, isBackup, type SessionObject } from './objects.js'
import type { SessionObserved } from './session/observed.js'
import type { Settings } from './settings.js'

/** Pushes for sessions whose own Job never came to it: "it failed" must be as visible as "it succeeded". */
export class SessionPush {
  readonly #settings: Settings
  readonly #report: (message: string) => void

  constructor(settings: Settings, report: (message: string) => void) {
    this.#settings = settings
    this.#report = report
  }

  /** Pushes the failure of a session. Never throws: metrics are no part of a session’s outcome. */
  async failed(session: SessionObject, observed: SessionObserved): Promise<void> {
    const { subject, repository } = observed
    if (this.#settings.pushgatewayUrl === '' || subject === undefined || session.status?.phase !== 'Failed') return
    const namespace = session.metadata.namespace ?? ''
    const seconds = (observed.now.getTime() - createdAt(session).getTime()) / 1000
    const metrics: SessionMetrics = {
      identity: {
        invokerKind: subject.kind,
        invokerName: subject.name,
        namespace,
        repository: subject.repository.name,
      },
      target: {
        kind: 'PersistentVolumeClaim',
        name: subject.spec.target.ref.name,
        hostname: hostOf(subject.spec.target, namespace, repository?.spec.clusterName),
      },
      success: false,
      sessionSeconds: seconds,
      hostSeconds: seconds,
      now: observed.now.getTime() / 1000,
    }
    const text = await (isBackup(session) ? backupMetrics(metrics, []) : restoreMetrics(metrics))
    const group = {
      cluster: repository?.spec.clusterName ?? '',
      namespace,
      invokerKind: subject.kind,
      invokerName: subject.name,
    }
    const result = await push(this.#settings.pushgatewayUrl, group, text)
    if (!result.pushed)
      this.#report(
        `metrics of ${session.kind} ${namespace}/${session.metadata.name} were not pushed: ${result.message}`,
      )
  }
}
