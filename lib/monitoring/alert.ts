/** How loud an alert is: wake somebody, look at it today, know of it. */
export const severities = ['critical', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/** Every alert, the loudest first within each part. Names are part of the interface: routes and silences name them. */
export const alertNames = [
  'HoldfastControllerDown',
  'HoldfastControllerBlind',
  'HoldfastReconcileErrors',
  'HoldfastSessionsWaiting',
  'HoldfastBackupNeverSucceeded',
  'HoldfastRecoveryPointTooOld',
  'HoldfastBackupOverdue',
  'HoldfastBackupFailed',
  'HoldfastBackupPartial',
  'HoldfastPolicyNotReady',
  'HoldfastPolicyPaused',
  'HoldfastPoliciesGone',
  'HoldfastPolicyMissing',
  'HoldfastRepositoryDamaged',
  'HoldfastRepositoryNotReady',
  'HoldfastMaintenanceOverdue',
  'HoldfastRepositoryGrowth',
  'HoldfastPushgatewayUnreachable',
  'HoldfastPushgatewayStale',
] as const
export type AlertName = (typeof alertNames)[number]

/** An alert of Prometheus, in Holdfast’s terms. */
export interface Alert {
  readonly name: AlertName
  readonly severity: Severity
  readonly expr: string
  /** How long it must be true, a duration of Prometheus. */
  readonly for: string
  /** How long it goes on when the expression is no longer true. @default - not at all */
  readonly keepFiringFor?: string
  /** One line; may use Prometheus’ templates. */
  readonly summary: string
  /** What it means and what to look at, with a command. */
  readonly description: string
}

/** What the alerts need to know of the installation. */
export interface AlertScope {
  /** Namespace of the control plane. */
  readonly namespace: string
  /** Value of the `cluster` label that is pushed; empty when none is. */
  readonly clusterName: string
}
