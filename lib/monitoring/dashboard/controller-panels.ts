import { lines } from './lines.js'
import type { Question } from './panel.js'

/** Whether the controller keeps up. */
export const controllerPanels: readonly Question[] = [
  lines(
    {
      title: 'Do sessions wait?',
      description: 'Sessions that run, and those that wait for maintenance, a restore or maxConcurrentSessions.',
    },
    [['max by (state) (holdfast_controller_sessions)', '{{state}}']],
    'short',
    { atLeast: 1, colors: { running: 'green', pending: 'yellow' } },
  ),
  lines(
    { title: 'How long has the first of them waited?', description: 'Two hours are an alert.' },
    [['max(holdfast_controller_longest_wait_seconds) / 60', 'longest wait']],
    'm',
    { limit: 120, atLeast: 10 },
  ),
  lines(
    { title: 'Does work pile up?', description: 'Keys that wait for a reconcile: usually none.' },
    [['max(holdfast_controller_queue_depth)', 'waiting keys']],
    'short',
    { atLeast: 10 },
  ),
  lines(
    { title: 'How long do reconciles take?', description: 'Of 100 reconciles, 99 are quicker.' },
    [
      [
        'histogram_quantile(0.99, sum by (le, kind) (rate(holdfast_controller_reconcile_duration_seconds_bucket[10m]))) >= 0',
        '{{kind}}',
      ],
    ],
    's',
  ),
  lines(
    { title: 'Do reconciles fail?', description: 'Errors an hour; each is retried, and is a line of the log.' },
    [['sum by (kind) (increase(holdfast_controller_reconcile_errors_total[1h]))', '{{kind}}']],
    'short',
    { atLeast: 1 },
  ),
  lines(
    {
      title: 'Does the controller hear of everything?',
      description: 'How long the most silent of its watches has heard nothing; five minutes are an alert.',
    },
    [['max(holdfast_controller_watch_age_seconds) / 60', 'longest silence']],
    'm',
    { limit: 5, atLeast: 5 },
  ),
]
