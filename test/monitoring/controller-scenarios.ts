import type { Scenario } from './scenario.js'

const leads = { 'holdfast_controller_leader{pod="a"}': '1x60' }
const critical = { severity: 'critical' }
const warning = { severity: 'warning' }

export const controllerScenarios: readonly Scenario[] = [
  {
    alert: 'HoldfastControllerDown',
    when: 'when nothing is heard of any controller',
    series: { 'up{job="other"}': '1x60' },
    at: '5m',
    fires: [critical],
  },
  {
    alert: 'HoldfastControllerDown',
    when: 'when controllers stand by and none leads',
    series: { 'holdfast_controller_leader{pod="a"}': '0x60', 'holdfast_controller_leader{pod="b"}': '0x60' },
    at: '10m',
    fires: [critical],
  },
  {
    alert: 'HoldfastControllerDown',
    when: 'when the one that led is gone for five minutes',
    series: { 'holdfast_controller_leader{pod="a"}': '1x10 stale' },
    at: '17m',
    fires: [critical],
  },
  { alert: 'HoldfastControllerDown', when: 'while one leads', series: leads, at: '50m', fires: [] },
  {
    alert: 'HoldfastControllerDown',
    when: 'while one of two leads, whichever',
    series: { 'holdfast_controller_leader{pod="a"}': '1x10 0x50', 'holdfast_controller_leader{pod="b"}': '0x10 1x50' },
    at: '30m',
    fires: [],
  },
  {
    alert: 'HoldfastControllerDown',
    when: 'during a restart of three minutes',
    series: { 'holdfast_controller_leader{pod="a"}': '1x10 stale _x2 1x30' },
    at: '13m',
    fires: [],
  },
  {
    alert: 'HoldfastControllerBlind',
    when: 'when one watch has been silent for more than five minutes',
    series: {
      'holdfast_controller_watch_age_seconds{resource="jobs"}': '60+60x30',
      'holdfast_controller_watch_age_seconds{resource="pods"}': '10x30',
    },
    at: '15m',
    fires: [{ ...critical, resource: 'jobs' }],
  },
  {
    alert: 'HoldfastControllerBlind',
    when: 'while every watch hears something now and then',
    series: { 'holdfast_controller_watch_age_seconds{resource="jobs"}': '10 290 10 290 200x30' },
    at: '20m',
    fires: [],
  },
  {
    alert: 'HoldfastReconcileErrors',
    when: 'when one kind fails a minute, again and again',
    series: {
      'holdfast_controller_reconcile_errors_total{kind="Repository"}': '0+1x90',
      'holdfast_controller_reconcile_errors_total{kind="BackupSession"}': '0x90',
    },
    at: '80m',
    fires: [{ ...warning, kind: 'Repository' }],
  },
  {
    alert: 'HoldfastReconcileErrors',
    when: 'over a burst that is soon over',
    series: { 'holdfast_controller_reconcile_errors_total{kind="Repository"}': '0x10 9x80' },
    at: '40m',
    fires: [],
  },
  {
    alert: 'HoldfastSessionsWaiting',
    when: 'when a session has waited for more than two hours',
    series: { holdfast_controller_longest_wait_seconds: '0+60x200' },
    at: '180m',
    fires: [warning],
  },
  {
    alert: 'HoldfastSessionsWaiting',
    when: 'while sessions wait an hour and are begun',
    series: { holdfast_controller_longest_wait_seconds: '0+60x60 0+60x60 0+60x80' },
    at: '180m',
    fires: [],
  },
]
