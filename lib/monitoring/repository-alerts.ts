import type { Alert } from './alert.js'
import { byRepository, ofRepository, storedBytes } from './series.js'

const repository = '{{ $labels.namespace }}/{{ $labels.repository }}'
const describe = 'kubectl -n {{ $labels.namespace }} describe repository.holdfast.dev {{ $labels.repository }}'
const keepFiringFor = '10m'

const yesterday = byRepository(`${storedBytes} offset 1d`)
const grown = `(${byRepository(storedBytes)} - ${yesterday})`
// Not the mean: retention once a week shows the growth of a week in one day, and that is usual too.
const largestDay = `clamp_min(max_over_time(${grown}[7d:6h] offset 1d), 0)`
const weekOld = byRepository(`${storedBytes} offset 8d`)

/** What is wrong with Repositories. */
export const repositoryAlerts: readonly Alert[] = [
  {
    name: 'HoldfastRepositoryDamaged',
    severity: 'critical',
    expr: `min by (${ofRepository}) (holdfast_repository_integrity_verified) == 0`,
    for: '0m',
    keepFiringFor,
    summary: `restic found damage in repository ${repository}`,
    description: `Backups in it may not be restorable. Delete nothing, and let no retention run by hand. Look at: ${describe}`,
  },
  {
    name: 'HoldfastRepositoryNotReady',
    severity: 'critical',
    expr: `max by (${ofRepository}, reason) (holdfast_repository_ready{reason!="CheckFailed"} == 0)`,
    for: '15m',
    keepFiringFor,
    summary: `Repository ${repository} cannot be used: {{ $labels.reason }}`,
    description: `No policy that stores there can be backed up or restored. Look at: ${describe}`,
  },
  {
    name: 'HoldfastMaintenanceOverdue',
    severity: 'warning',
    expr: `time() - max by (${ofRepository}, work) (holdfast_repository_maintenance_due_time_seconds) > 86400`,
    for: '1h',
    keepFiringFor,
    summary: `Maintenance ({{ $labels.work }}) of repository ${repository} is overdue`,
    description: `It has been due for {{ $value | humanizeDuration }}. Meanwhile old snapshots stay, space is not freed or damage is not noticed. Look at: ${describe}; kubectl -n {{ $labels.namespace }} get jobs -l holdfast.dev/job=maintain`,
  },
  {
    name: 'HoldfastRepositoryGrowth',
    severity: 'warning',
    // All at once, so that neither small stores nor steady nor new ones are named.
    expr: `${grown} > 5 * ${largestDay}
and ${grown} > 0.1 * ${yesterday}
and ${grown} > 1e9
and ${weekOld}`,
    for: '1h',
    keepFiringFor,
    summary: `Repository ${repository} grew by {{ $value | humanize1024 }}B in a day`,
    description: `That is more than five times the largest day of the week before. A volume may have been rewritten or encrypted, or prune does not run. Look at: ${describe}; holdfast status -n {{ $labels.namespace }}`,
  },
]
