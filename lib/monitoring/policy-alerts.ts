import type { Alert } from './alert.js'
import {
  byPolicy,
  dueSlot,
  lastSession,
  lastSuccess,
  leader,
  ofPolicy,
  pointAge,
  pointObjective,
  policyPaused,
  policyReady,
} from './series.js'

const policy = '{{ $labels.namespace }}/{{ $labels.configuration }}'
const status = 'holdfast status -n {{ $labels.namespace }}'
const sessions =
  'kubectl -n {{ $labels.namespace }} get backupsessions.holdfast.dev -l holdfast.dev/configuration={{ $labels.configuration }}'
/** A new controller reads the cluster anew; meanwhile nothing is known, which is not the same as well. */
const keepFiringFor = '10m'

/** What is wrong with policies: rules over all of them, since the controller exports what each one promises. */
export const policyAlerts: readonly Alert[] = [
  {
    name: 'HoldfastBackupNeverSucceeded',
    severity: 'critical',
    expr: `(${byPolicy(pointAge)} > ${byPolicy(pointObjective)} or ${byPolicy(pointAge)} and ${byPolicy(dueSlot)})
and ${byPolicy(lastSuccess)} == 0`,
    for: '5m',
    keepFiringFor,
    summary: `${policy} has never had a good backup`,
    description: `The policy is {{ $value | humanizeDuration }} old, and its first backup should be there by now. Look at: ${status}; ${sessions}`,
  },
  {
    name: 'HoldfastRecoveryPointTooOld',
    severity: 'critical',
    expr: `${byPolicy(pointAge)} > ${byPolicy(pointObjective)}
and ${byPolicy(lastSuccess)} > 0`,
    for: '5m',
    keepFiringFor,
    summary: `The newest good backup of ${policy} is older than its objective`,
    description: `It is {{ $value | humanizeDuration }} old. Look at: ${status}; ${sessions}`,
  },
  {
    name: 'HoldfastBackupOverdue',
    severity: 'critical',
    expr: `time() - ${byPolicy(lastSuccess)}
and ${byPolicy(dueSlot)} > ${byPolicy(lastSuccess)}
and ${byPolicy(lastSuccess)} > 0
unless ${byPolicy(pointObjective)}`,
    for: '5m',
    keepFiringFor,
    summary: `A scheduled backup of ${policy} is missing`,
    description: `The newest good one is {{ $value | humanizeDuration }} old, although a later slot, its starting deadline and its time-out have passed. Look at: ${status}; ${sessions}`,
  },
  {
    name: 'HoldfastBackupFailed',
    severity: 'warning',
    expr: `max by (${ofPolicy}, reason) (${lastSession}{phase="Failed"}) > 0`,
    for: '0m',
    keepFiringFor,
    summary: `The last backup of ${policy} failed: {{ $labels.reason }}`,
    description: `It ended at {{ $value | humanizeTimestamp }}. Its message says why: ${sessions} --sort-by=.metadata.creationTimestamp`,
  },
  {
    name: 'HoldfastBackupPartial',
    severity: 'warning',
    expr: `max by (${ofPolicy}, reason) (${lastSession}{phase="PartiallySucceeded"}) > 0`,
    for: '0m',
    keepFiringFor,
    summary: `The last backup of ${policy} is incomplete: {{ $labels.reason }}`,
    description: `It ended at {{ $value | humanizeTimestamp }} with a snapshot that lacks files; retention waits for a complete one. Look at: ${sessions} -o yaml`,
  },
  {
    name: 'HoldfastPolicyNotReady',
    severity: 'warning',
    // What a failed session or an old backup says is said by their own alerts; an empty one was accepted by the policy.
    expr: `max by (${ofPolicy}, reason) (${policyReady}{reason!~"RecoveryPointTooOld|SnapshotConfirmed"} == 0)
unless on (${ofPolicy}) ${byPolicy(`${lastSession}{phase=~"Failed|PartiallySucceeded"}`)}`,
    for: '15m',
    keepFiringFor,
    summary: `${policy} cannot run as it is: {{ $labels.reason }}`,
    description:
      'The next backup is likely to fail or not to be started. Look at: kubectl -n {{ $labels.namespace }} describe backupconfiguration.holdfast.dev {{ $labels.configuration }}',
  },
  {
    name: 'HoldfastPolicyPaused',
    severity: 'info',
    // Not `for: 7d`: a restart of the controller would begin it anew.
    expr: ['', ' offset 1d', ' offset 3d', ' offset 7d']
      .map(offset => `${byPolicy(`${policyPaused}${offset}`)} == 1`)
      .join('\nand '),
    for: '15m',
    keepFiringFor,
    summary: `${policy} has been paused for a week`,
    description:
      'Nothing is backed up meanwhile. Set spec.paused to false in git, or remove the policy. Look at: kubectl -n {{ $labels.namespace }} get backupconfiguration.holdfast.dev {{ $labels.configuration }} -o yaml',
  },
  {
    name: 'HoldfastPoliciesGone',
    severity: 'critical',
    expr: `count by (cluster) (${byPolicy(`${policyPaused} offset 1h`)} unless ${byPolicy(policyPaused)})
> 0.5 * count by (cluster) (${byPolicy(`${policyPaused} offset 1h`)})
and on (cluster) max by (cluster) (${leader}) == 1`,
    for: '5m',
    summary: 'More than half of all backup policies have gone within an hour',
    description:
      '{{ $value }} policies that were there an hour ago are not any more: deleted, or pruned by the GitOps engine. Their snapshots are untouched. Look at: kubectl get backupconfigurations.holdfast.dev -A',
  },
]

/** Says that one policy, known from git, is not in the cluster: no rule over what is there can see that. */
export function missingPolicyAlert(namespace: string, name: string): Alert {
  return {
    name: 'HoldfastPolicyMissing',
    severity: 'critical',
    // Without a controller nothing is known of any policy, and another alert says so.
    expr: `absent(${policyPaused}{namespace="${namespace}", configuration="${name}"})
and on () max(${leader}) == 1`,
    for: '30m',
    summary: `The policy ${policy} is not in the cluster`,
    description:
      'Git says that it must be, but the controller does not know it, so the volume is not backed up. Look at: kubectl -n {{ $labels.namespace }} get backupconfigurations.holdfast.dev, and at what the GitOps engine says of it',
  }
}
