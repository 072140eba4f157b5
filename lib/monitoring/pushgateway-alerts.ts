import type { Alert, AlertScope } from './alert.js'
import { lastSuccess } from './series.js'

const pushed = 'holdfast_backup_last_success_time_seconds{invoker_kind="BackupConfiguration"'
const key = 'namespace, configuration'

/** What is wrong with the Pushgateway: the figures of sessions and repositories, not the backups themselves. */
export function pushgatewayAlerts({ namespace, clusterName }: AlertScope): Alert[] {
  const known = `max by (${key}) (${lastSuccess})`
  const cluster = clusterName === '' ? '' : `, cluster="${clusterName}"`
  const told = `label_replace(max by (namespace, invoker_name) (${pushed}${cluster}}), "configuration", "$1", "invoker_name", "(.*)")`
  return [
    {
      name: 'HoldfastPushgatewayUnreachable',
      severity: 'warning',
      expr: 'min by (cluster) (holdfast_controller_pushgateway_reachable) == 0',
      for: '15m',
      summary: 'The Pushgateway does not answer',
      description: `Backups go on, but their figures are lost, and those of deleted policies stay. Look at: kubectl -n ${namespace} get deployment,pods,service; kubectl -n ${namespace} logs deployment/holdfast-controller --since=30m | grep Pushgateway`,
    },
    {
      name: 'HoldfastPushgatewayStale',
      severity: 'warning',
      // An hour: a report is pushed shortly before its session ends.
      expr: `count(${known} > 0 unless on (${key}) (${told} >= on (${key}) ${known} - 3600)) > 0`,
      for: '1h',
      summary: 'The Pushgateway lacks the last backups of {{ $value }} policies',
      description: `The controller knows of newer good backups than the Pushgateway. Movers cannot reach it, Prometheus does not scrape it, or it lost what it had. Look at: kubectl get backupsessions.holdfast.dev -A -o yaml | grep -B4 'reason: MetricsNotPushed'; kubectl -n ${namespace} get pods,service`,
    },
  ]
}
