import { hostOf } from '../../lib/identity.js'
import { backupMetrics, restoreMetrics, type SessionMetrics } from '../agent/metrics.js'
import { type Outward, push } from '../agent/pushgateway.js'
import { createdAt, isBackup, type SessionObject } from './objects.js'
import type { SessionObserved } from './session/observed.js'
import type { SessionStatus } from './session/session-status.js'
import type { Settings } from './settings.js'

/** Pushes for sessions whose own Job never came to it: "it failed" must be as visible as "it succeeded". */
export class SessionPush {
  readonly #settings: Settings
  readonly #report: (message: string) => void
  readonly #outward: Outward | undefined

  constructor(settings: Settings, report: (message: string) => void, outward?: Outward) {
    this.#settings = settings
    this.#report = report
    this.#outward = outward
  }

  /** Pushes that a session has failed. Never throws: metrics are no part of a session’s outcome. */
  async failed(session: SessionObject, { phase }: SessionStatus, observed: SessionObserved): Promise<void> {
    const { configuration, repository } = observed
    // Not the subject: a session may fail for the very reason that its Repository is not there.
    const spec = isBackup(session) ? configuration?.spec : session.spec
    if (this.#settings.pushgatewayUrl === '' || spec === undefined || phase !== 'Failed') return
    const { namespace = '', name } = session.metadata
    const invoker = isBackup(session)
      ? { invokerKind: session.spec.invoker.kind, invokerName: session.spec.invoker.name }
      : { invokerKind: session.kind, invokerName: name }
    const seconds = (observed.now.getTime() - createdAt(session).getTime()) / 1000
    const metrics: SessionMetrics = {
      identity: { ...invoker, namespace, repository: spec.repository.name },
      target: {
        kind: 'PersistentVolumeClaim',
        name: spec.target.ref.name,
        hostname: hostOf(spec.target, namespace, repository?.spec.clusterName),
      },
      success: false,
      sessionSeconds: seconds,
      hostSeconds: seconds,
      now: observed.now.getTime() / 1000,
    }
    const text = await (isBackup(session) ? backupMetrics(metrics, []) : restoreMetrics(metrics))
    const group = { cluster: this.#settings.clusterName, namespace, ...invoker }
    const result = await push(this.#settings.pushgatewayUrl, group, text, this.#outward)
    if (!result.pushed)
      this.#report(
        `metrics of ${session.kind} ${namespace}/${session.metadata.name} were not pushed: ${result.message}`,
      )
  }
}
