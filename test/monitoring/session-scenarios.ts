import type { Scenario } from './scenario.js'

const own = { namespace: 'shop', configuration: 'orders' }
const of = (reason: string, phase?: string) =>
  `{namespace="shop",configuration="orders"${phase === undefined ? '' : `,phase="${phase}"`},reason="${reason}"}`
const ended = (phase: string, reason: string) => `holdfast_backup_last_session_end_time_seconds${of(reason, phase)}`
const ready = (reason: string) => `holdfast_backup_ready${of(reason)}`
const warning = { severity: 'warning', ...own }
const paused = 'holdfast_backup_paused{namespace="shop",configuration="orders"}'
const leads = { holdfast_controller_leader: '1x300' }
const policies = (values: readonly string[]) =>
  Object.fromEntries(
    values.map((each, index) => [`holdfast_backup_paused{namespace="shop",configuration="p${index}"}`, each]),
  )

export const sessionScenarios: readonly Scenario[] = [
  {
    alert: 'HoldfastBackupFailed',
    when: 'as soon as the last session has failed, with its reason',
    series: { [ended('Failed', 'EmptySource')]: '_ 60x30' },
    at: '1m',
    fires: [{ ...warning, reason: 'EmptySource' }],
  },
  {
    alert: 'HoldfastBackupFailed',
    when: 'ten minutes after the next session was good',
    series: {
      [ended('Failed', 'EmptySource')]: '60x10 stale',
      [ended('Succeeded', 'SnapshotConfirmed')]: '_x11 660x60',
    },
    at: '25m',
    fires: [],
  },
  {
    alert: 'HoldfastBackupFailed',
    when: 'over a session that lacks files, which is not failed',
    series: { [ended('PartiallySucceeded', 'SourceUnreadable')]: '60x30' },
    at: '20m',
    fires: [],
  },
  {
    alert: 'HoldfastBackupPartial',
    when: 'when the last session could not read every file',
    series: { [ended('PartiallySucceeded', 'SourceUnreadable')]: '60x30' },
    at: '1m',
    fires: [{ ...warning, reason: 'SourceUnreadable' }],
  },
  {
    alert: 'HoldfastBackupPartial',
    when: 'over sessions that failed or succeeded',
    series: { [ended('Failed', 'EmptySource')]: '60x30', [ended('Succeeded', 'SnapshotConfirmed')]: '60x30' },
    at: '20m',
    fires: [],
  },
  {
    alert: 'HoldfastPolicyNotReady',
    when: 'when a policy has lost its CronJob',
    series: { [ready('CronJobMissing')]: '0x60', [ended('Succeeded', 'SnapshotConfirmed')]: '60x60' },
    at: '20m',
    fires: [{ ...warning, reason: 'CronJobMissing' }],
  },
  {
    alert: 'HoldfastPolicyNotReady',
    when: 'while it is ready',
    series: { [ready('Protected')]: '1x60' },
    at: '20m',
    fires: [],
  },
  {
    alert: 'HoldfastPolicyNotReady',
    when: 'over what other alerts say: a failed session, an old backup',
    series: {
      [ready('EmptySource')]: '0x60',
      [ended('Failed', 'EmptySource')]: '60x60',
      'holdfast_backup_ready{namespace="shop",configuration="other",reason="RecoveryPointTooOld"}': '0x60',
    },
    at: '30m',
    fires: [],
  },
  {
    alert: 'HoldfastPolicyPaused',
    when: 'when a policy is and was paused, a week long',
    interval: '1h',
    series: { [paused]: '1x200' },
    at: '170h',
    fires: [{ severity: 'info', ...own }],
  },
  {
    alert: 'HoldfastPolicyPaused',
    when: 'over a pause of three days',
    interval: '1h',
    series: { [paused]: '0x100 1x72' },
    at: '170h',
    fires: [],
  },
  {
    alert: 'HoldfastPoliciesGone',
    when: 'when two of three policies are gone, with their number',
    series: { ...leads, ...policies(['0x300', '0x100 stale', '0x100 stale']) },
    at: '110m',
    fires: [{ severity: 'critical' }],
  },
  {
    alert: 'HoldfastPoliciesGone',
    when: 'when one of three is gone',
    series: { ...leads, ...policies(['0x300', '0x300', '0x100 stale']) },
    at: '110m',
    fires: [],
  },
  {
    alert: 'HoldfastPoliciesGone',
    when: 'while the controller itself is away',
    series: { holdfast_controller_leader: '1x100 stale', ...policies(['0x100 stale', '0x100 stale']) },
    at: '110m',
    fires: [],
  },
  {
    alert: 'HoldfastPolicyMissing',
    when: 'when the controller does not know a policy that must be there',
    series: { ...leads, ...policies(['0x300']) },
    at: '40m',
    fires: [{ severity: 'critical', ...own }],
  },
  {
    alert: 'HoldfastPolicyMissing',
    when: 'while it is there',
    series: { ...leads, [paused]: '0x300' },
    at: '40m',
    fires: [],
  },
  {
    alert: 'HoldfastPolicyMissing',
    when: 'while there is no controller that could know it',
    series: { 'up{job="other"}': '1x300' },
    at: '40m',
    fires: [],
  },
]
