import type { Ending } from './ending.js'
import type { Flags } from './flags.js'
import { backupMetrics, restoreMetrics, type SessionMetrics } from './metrics.js'
import type { Pod } from './pod.js'
import { type PushResult, push } from './pushgateway.js'

export type Purpose = 'backup' | 'restore'

/** What a session’s last step knows of its whole course, in seconds. */
export interface Course {
  readonly session: number
  readonly host: number
}

/**
 * Pushes the series of a session; gives undefined when there is nothing to say or nowhere to push. A skipped restore
 * says nothing: it neither worked nor failed.
 */
export async function pushSession(
  flags: Flags,
  pod: Pod,
  purpose: Purpose,
  ending: Ending,
  course: Course,
): Promise<PushResult | undefined> {
  const url = flags.text('pushgateway-url')
  if (url === '' || ending.outcome === 'Skipped') return undefined
  const of = sessionMetrics(flags, pod, ending, course)
  const snapshots = ending.snapshots ?? pod.known().snapshots ?? []
  const text = purpose === 'backup' ? await backupMetrics(of, snapshots) : await restoreMetrics(of)
  const { invokerKind, invokerName, namespace } = of.identity
  const group = { cluster: clusterOf(flags, pod.env), namespace, invokerKind, invokerName }
  const result = await push(url, group, text, pod.host)
  pod.log(result.pushed ? 'metrics: pushed' : `metrics: ${result.message ?? 'not pushed'}`)
  return result.message === undefined ? result : { ...result, message: pod.redact(result.message) }
}

/**
 * The label `cluster` of a session’s series: what the controller says in the environment. The flag is the Repository’s
 * clusterName, as templates have it; it counts only where no controller says anything.
 */
export const clusterOf = (flags: Flags, env: NodeJS.ProcessEnv): string =>
  env['PROMETHEUS_CLUSTER_NAME'] ?? flags.text('cluster-name')

// An incomplete snapshot that the policy accepts is a success; one that nobody can vouch for is none.
const isSuccess = ({ outcome, reason }: Ending) =>
  outcome === 'Succeeded' || (outcome === 'Partial' && reason === 'SourceUnreadable')

function sessionMetrics(flags: Flags, pod: Pod, ending: Ending, course: Course): SessionMetrics {
  return {
    identity: {
      invokerKind: flags.text('invoker-kind'),
      invokerName: flags.text('invoker-name'),
      namespace: flags.text('namespace'),
      repository: flags.text('repository-name'),
    },
    target: { kind: flags.text('target-kind'), name: flags.text('target-name'), hostname: flags.text('hostname') },
    success: isSuccess(ending),
    sessionSeconds: course.session,
    hostSeconds: course.host,
    now: pod.host.clock.date().getTime() / 1000,
  }
}
