import type { Scenario } from './scenario.js'

const own = { namespace: 'shop', repository: 'store' }
const labels = 'namespace="shop",repository="store"'
const stored = `holdfast_repository_stored_bytes{${labels}}`
const due = (work: string) => `holdfast_repository_maintenance_due_time_seconds{${labels},work="${work}"}`
const warning = { severity: 'warning', ...own }
const critical = { severity: 'critical', ...own }
const giga = 1e9

export const repositoryScenarios: readonly Scenario[] = [
  {
    alert: 'HoldfastRepositoryDamaged',
    when: 'as soon as a check has found damage',
    series: { [`holdfast_repository_integrity_verified{${labels}}`]: '1x10 0x20' },
    at: '11m',
    fires: [critical],
  },
  {
    alert: 'HoldfastRepositoryDamaged',
    when: 'while checks pass',
    series: { [`holdfast_repository_integrity_verified{${labels}}`]: '1x30' },
    at: '20m',
    fires: [],
  },
  {
    alert: 'HoldfastRepositoryNotReady',
    when: 'when the password does not open the repository',
    series: { [`holdfast_repository_ready{${labels},reason="WrongPassword"}`]: '0x30' },
    at: '20m',
    fires: [{ ...critical, reason: 'WrongPassword' }],
  },
  {
    alert: 'HoldfastRepositoryNotReady',
    when: 'over damage, of which another alert speaks, and while it answers',
    series: {
      [`holdfast_repository_ready{${labels},reason="CheckFailed"}`]: '0x30',
      'holdfast_repository_ready{namespace="blog",repository="store",reason="Available"}': '1x30',
    },
    at: '20m',
    fires: [],
  },
  {
    alert: 'HoldfastMaintenanceOverdue',
    when: 'when the check has been due for more than a day',
    series: { [due('check')]: '3600x2000', [due('prune')]: '900000x2000' },
    at: '1570m',
    fires: [{ ...warning, work: 'check' }],
  },
  {
    alert: 'HoldfastMaintenanceOverdue',
    when: 'while it is due since this morning, or not yet',
    series: { [due('retention')]: '60000x2000', [due('prune')]: '900000x2000' },
    at: '1570m',
    fires: [],
  },
  {
    alert: 'HoldfastRepositoryGrowth',
    when: 'when a store of a hundred gigabytes grows by half in a day, in its ninth day already',
    interval: '1h',
    series: { [stored]: `${100 * giga}+${giga / 100}x205 ${150 * giga}x20` },
    at: '212h',
    fires: [warning],
  },
  {
    alert: 'HoldfastRepositoryGrowth',
    when: 'while it grows as it always did, however fast',
    interval: '1h',
    series: { [stored]: `${10 * giga}+${giga}x400` },
    at: '385h',
    fires: [],
  },
  {
    alert: 'HoldfastRepositoryGrowth',
    when: 'where retention runs once a week, and shows the growth of a week in one day',
    interval: '1h',
    series: { [stored]: [60, 80, 100, 120].map(each => `${each * giga}x167`).join(' ') },
    at: '510h',
    fires: [],
  },
  {
    alert: 'HoldfastRepositoryGrowth',
    when: 'over a small store, and over one that is filled for the first time',
    interval: '1h',
    series: {
      [stored]: '1000000x379 90000000x20',
      'holdfast_repository_stored_bytes{namespace="blog",repository="new"}': `_x300 ${giga}x70 ${100 * giga}x30`,
    },
    at: '385h',
    fires: [],
  },
]

const known = 'holdfast_backup_last_success_time_seconds{namespace="shop",configuration="orders"}'
const pushedWith = (more: string) =>
  `holdfast_backup_last_success_time_seconds{job="holdfast",namespace="shop",invoker_kind="BackupConfiguration",invoker_name="orders",repository="store"${more}}`
const pushed = pushedWith('')
const reachable = 'holdfast_controller_pushgateway_reachable{pod="a"}'

export const pushgatewayScenarios: readonly Scenario[] = [
  {
    alert: 'HoldfastPushgatewayUnreachable',
    when: 'when it has not answered for a quarter of an hour',
    series: { [reachable]: '1x10 0x40' },
    at: '30m',
    fires: [{ severity: 'warning' }],
  },
  {
    alert: 'HoldfastPushgatewayUnreachable',
    when: 'while it answers',
    series: { [reachable]: '1x60' },
    at: '50m',
    fires: [],
  },
  {
    alert: 'HoldfastPushgatewayUnreachable',
    when: 'where there is none',
    series: { holdfast_controller_leader: '1x60' },
    at: '50m',
    fires: [],
  },
  {
    alert: 'HoldfastPushgatewayStale',
    when: 'when a newer backup is known than was pushed',
    series: { [known]: '100000x200', [pushed]: '10000x200' },
    at: '100m',
    fires: [{ severity: 'warning' }],
  },
  {
    alert: 'HoldfastPushgatewayStale',
    when: 'when nothing was pushed at all',
    series: { [known]: '100000x200' },
    at: '100m',
    fires: [{ severity: 'warning' }],
  },
  {
    alert: 'HoldfastPushgatewayStale',
    when: 'while what was pushed is as new as the session, but for its last minutes',
    series: { [known]: '100000x200', [pushed]: '99700x200' },
    at: '100m',
    fires: [],
  },
  {
    alert: 'HoldfastPushgatewayStale',
    when: 'over policies that were never backed up',
    series: { [known]: '0x200' },
    at: '100m',
    fires: [],
  },
  {
    alert: 'HoldfastPushgatewayStale',
    when: 'when the newer backup was pushed by another cluster, of another name or of none',
    clusterName: 'production',
    series: { [known]: '100000x200', [pushed]: '99700x200', [pushedWith(',cluster="staging"')]: '99700x200' },
    at: '100m',
    fires: [{ severity: 'warning' }],
  },
  {
    alert: 'HoldfastPushgatewayStale',
    when: 'while a cluster with a name pushes under it',
    clusterName: 'production',
    series: { [known]: '100000x200', [pushedWith(',cluster="production"')]: '99700x200' },
    at: '100m',
    fires: [],
  },
]
