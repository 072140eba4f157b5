import { byPolicy, byRepository, ofRepository, storedBytes } from '../series.js'
import { lines } from './lines.js'
import type { Question } from './panel.js'
import { table } from './table.js'

const chosen = 'namespace=~"$namespace"'
const pushed = `${chosen}, invoker_kind="BackupConfiguration"`

/** What is stored, whether it grows, and whether it is sound. */
export const storagePanels: readonly Question[] = [
  lines(
    {
      title: 'How much is stored, and does it grow?',
      description: 'Bytes of each repository when maintenance last looked: compressed and deduplicated.',
    },
    [[byRepository(`${storedBytes}{${chosen}}`), '{{namespace}}/{{repository}}']],
    'bytes',
    { draw: 'steps' },
  ),
  lines(
    {
      title: 'Which volumes add the most?',
      description: 'Bytes that the newest backup of a policy added to its store, compressed.',
    },
    [[`topk(10, ${byPolicy(`holdfast_backup_last_added_bytes{${chosen}}`)})`, '{{namespace}}/{{configuration}}']],
    'bytes',
    { draw: 'steps' },
  ),
  lines(
    { title: 'Which backups take the longest?', description: 'Duration of the last good session of a policy.' },
    [
      [
        `topk(10, max by (namespace, invoker_name) (holdfast_backup_session_duration_seconds{${pushed}})) / 60`,
        '{{namespace}}/{{invoker_name}}',
      ],
    ],
    'm',
    { draw: 'steps' },
  ),
  lines(
    {
      title: 'How many snapshots are kept?',
      description: 'Snapshots of each repository when maintenance last looked.',
    },
    [[byRepository(`holdfast_repository_snapshots{${chosen}}`), '{{namespace}}/{{repository}}']],
    'short',
    { draw: 'steps' },
  ),
  table(
    {
      title: 'Which repositories cannot be used, and why?',
      description: 'The store does not answer, or restic found damage. Delete nothing before you know why.',
    },
    `max by (${ofRepository}, reason) (1 - holdfast_repository_ready{${chosen}}) > 0`,
  ),
  table(
    {
      title: 'Which maintenance is due, and since when?',
      description: 'Retention, check and prune that wait for their turn. More than a day is an alert.',
    },
    `time() - max by (${ofRepository}, work) (holdfast_repository_maintenance_due_time_seconds{${chosen}}) > 0`,
    {
      name: 'Due for',
      unit: 's',
      steps: [
        [null, 'green'],
        [86_400, 'red'],
      ],
    },
  ),
]
