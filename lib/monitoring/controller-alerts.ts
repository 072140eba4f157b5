import type { Alert, AlertScope } from './alert.js'
import { leader } from './series.js'

/** What is wrong with the controller itself. */
export function controllerAlerts({ namespace }: AlertScope): Alert[] {
  const look = `kubectl -n ${namespace} get deployment,pods,lease`
  const logs = `kubectl -n ${namespace} logs deployment/holdfast-controller`
  return [
    {
      name: 'HoldfastControllerDown',
      severity: 'critical',
      // Whatever the reason: no pod, no leader, not scraped.
      expr: `absent(${leader} == 1)`,
      for: '5m',
      summary: 'No Holdfast controller is at work: no backup runs',
      description: `Prometheus has seen no leading controller for 5 minutes. CronJobs go on creating BackupSessions, but nothing runs them, and no other alert on policies or repositories can fire meanwhile. Look at: ${look}`,
    },
    {
      name: 'HoldfastControllerBlind',
      severity: 'critical',
      expr: 'max by (cluster, resource) (holdfast_controller_watch_age_seconds) > 300',
      for: '5m',
      summary: 'The Holdfast controller hears nothing of {{ $labels.resource }}',
      description: `Its watch of {{ $labels.resource }} has had no contact with the API server for {{ $value | humanizeDuration }}; after ten minutes the kubelet restarts it. Look at: ${logs} --since=30m`,
    },
    {
      name: 'HoldfastReconcileErrors',
      severity: 'warning',
      expr: 'sum by (cluster, kind) (increase(holdfast_controller_reconcile_errors_total[30m])) > 10',
      for: '15m',
      summary: 'The Holdfast controller keeps failing over {{ $labels.kind }} objects',
      description: `{{ $value | printf "%.0f" }} attempts in half an hour ended with an error and are retried. Each is a line of the log: ${logs} --since=30m`,
    },
    {
      name: 'HoldfastSessionsWaiting',
      severity: 'warning',
      expr: 'max by (cluster) (holdfast_controller_longest_wait_seconds) > 7200',
      for: '15m',
      summary: 'A session has been waiting for {{ $value | humanizeDuration }}',
      description:
        'It waits for maintenance, for a restore of the same volume or for maxConcurrentSessions, and says which. Look at: kubectl get backupsessions.holdfast.dev,restoresessions.holdfast.dev -A | grep Pending',
    },
  ]
}
