import { lastSession, ofPolicy, pointAge, pointObjective, policyPaused, policyReady } from '../series.js'
import { lines } from './lines.js'
import { type Question, stat } from './panel.js'
import { table } from './table.js'

const chosen = 'namespace=~"$namespace"'
const of = (name: string, more = '') => `max by (${ofPolicy}) (${name}{${chosen}${more}})`

/** What people ask first: is everything protected, and what is not? */
export const fleetStats: readonly Question[] = [
  stat(
    {
      title: 'Does a controller work?',
      description: 'No: CronJobs create sessions, and nothing runs them. See the runbook HoldfastControllerDown.',
    },
    'max(holdfast_controller_leader) or vector(0)',
    {
      steps: [
        [null, 'red'],
        [1, 'green'],
      ],
      words: { 0: 'No', 1: 'Yes' },
    },
  ),
  stat(
    { title: 'How many policies?', description: 'Policies that the controller knows, paused ones too.' },
    `count(${of(policyPaused)}) or vector(0)`,
    { steps: [[null, 'blue']] },
  ),
  stat(
    {
      title: 'How many are not well?',
      description: 'Policies that are not ready: failed, overdue, or unable to run. The tables below name them.',
    },
    `count(${of(policyReady)} == 0) or vector(0)`,
    {
      steps: [
        [null, 'green'],
        [1, 'red'],
      ],
    },
  ),
  stat(
    {
      title: 'Oldest recovery point?',
      description: 'Of each policy the newest good backup counts; this is the age of the oldest of those.',
    },
    `max(${of(pointAge)})`,
    { unit: 's', steps: [[null, 'blue']] },
  ),
  stat(
    { title: 'How many are paused?', description: 'Nothing is backed up while a policy is paused.' },
    `sum(${of(policyPaused)}) or vector(0)`,
    {
      steps: [
        [null, 'green'],
        [1, 'yellow'],
      ],
    },
  ),
  stat(
    {
      title: 'Pushgateway reachable?',
      description: 'No: backups go on, but their figures (bytes, files, durations) are lost.',
    },
    'min(holdfast_controller_pushgateway_reachable)',
    {
      steps: [
        [null, 'red'],
        [1, 'green'],
      ],
      words: { 0: 'No', 1: 'Yes' },
    },
  ),
]

export const fleetPanels: readonly Question[] = [
  table(
    {
      title: 'Which policies are not ready, and why?',
      description: 'Reasons are those of the conditions: kubectl describe backupconfiguration.holdfast.dev says more.',
    },
    `max by (${ofPolicy}, reason) (1 - ${policyReady}{${chosen}}) > 0`,
  ),
  table(
    { title: 'What failed or is incomplete?', description: 'The last session of a policy, when it was not good.' },
    `1000 * max by (${ofPolicy}, phase, reason) (${lastSession}{${chosen}, phase!="Succeeded"})`,
    { name: 'Ended', unit: 'dateTimeFromNow' },
  ),
  table(
    {
      title: 'Which recovery points are the oldest, against what is promised?',
      description: 'Age of the newest good backup as a part of its objective; beyond 100 % the promise is broken.',
    },
    `topk(20, ${of(pointAge)} / ${of(pointObjective)})`,
    {
      name: 'Used of the objective',
      unit: 'percentunit',
      steps: [
        [null, 'green'],
        [0.9, 'yellow'],
        [1, 'red'],
      ],
    },
  ),
  table(
    { title: 'Which alerts fire?', description: 'Each has a runbook.' },
    'max by (cluster, severity, alertname, namespace, configuration, repository) (ALERTS{alertname=~"Holdfast.*", alertstate="firing"})',
    undefined,
    'Severity',
  ),
  lines(
    {
      title: 'How old did recovery points get?',
      description: 'The oldest newest backup of each namespace, as a part of its objective.',
    },
    [[`max by (namespace) (${of(pointAge)} / ${of(pointObjective)})`, '{{namespace}}']],
    'percentunit',
    { limit: 1, atLeast: 1 },
  ),
  lines(
    { title: 'How do sessions end?', description: 'Backups that ended, by hour.' },
    [['sum by (phase) (increase(holdfast_controller_sessions_ended_total{kind="BackupSession"}[1h]))', '{{phase}}']],
    'short',
    {
      draw: 'bars',
      interval: '1h',
      atLeast: 1,
      colors: { Succeeded: 'green', PartiallySucceeded: 'orange', Failed: 'red', Skipped: 'gray' },
    },
  ),
]
