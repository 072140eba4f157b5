import type { Scenario } from './scenario.js'

/** promtool counts time from 1970, so a backup “an hour ago” at minute 600 is at second 32 400. */
export const hour = 3600
const labels = 'namespace="shop",configuration="orders"'
const own = { namespace: 'shop', configuration: 'orders' }
const critical = { severity: 'critical', ...own }

interface Standing {
  readonly success?: string
  readonly age?: string
  readonly objective?: string
  readonly due?: string
}

/** The series of the policy shop/orders. */
export function standing({ success, age, objective, due }: Standing): Record<string, string> {
  const named = {
    holdfast_backup_last_success_time_seconds: success,
    holdfast_backup_recovery_point_age_seconds: age,
    holdfast_backup_recovery_point_objective_seconds: objective,
    holdfast_backup_due_time_seconds: due,
  }
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, values]) => (values === undefined ? [] : [[`${name}{${labels}}`, values]])),
  )
}

const growing = '0+60x1500'

export const ageScenarios: readonly Scenario[] = [
  {
    alert: 'HoldfastBackupNeverSucceeded',
    when: 'when a policy is older than its objective and was never backed up',
    series: standing({ success: '0x1500', age: growing, objective: `${2 * hour}x1500` }),
    at: '130m',
    fires: [critical],
  },
  {
    alert: 'HoldfastBackupNeverSucceeded',
    when: 'when its first slot is over, for a policy without an objective',
    series: standing({ success: '0x1500', age: growing, due: `_x60 ${hour}x1400` }),
    at: '70m',
    fires: [critical],
  },
  {
    alert: 'HoldfastBackupNeverSucceeded',
    when: 'once for a policy that two controllers tell of',
    series: Object.fromEntries(
      Object.entries(standing({ success: '0x1500', age: growing, objective: `${2 * hour}x1500` })).flatMap(
        ([series, values]) => ['a', 'b'].map(pod => [series.replace('}', `,pod="${pod}"}`), values]),
      ),
    ),
    at: '130m',
    fires: [critical],
  },
  {
    alert: 'HoldfastBackupNeverSucceeded',
    when: 'while a new policy waits for its first slot',
    series: standing({ success: '0x1500', age: growing, objective: `${2 * hour}x1500` }),
    at: '110m',
    fires: [],
  },
  {
    alert: 'HoldfastBackupNeverSucceeded',
    when: 'over a policy that once succeeded, however old that is',
    series: standing({ success: '60x1500', age: growing, objective: `${2 * hour}x1500`, due: `${hour}x1500` }),
    at: '600m',
    fires: [],
  },
  {
    alert: 'HoldfastRecoveryPointTooOld',
    when: 'once nothing is heard of the policy any more',
    series: standing({ success: '60x300 stale', age: '0+60x300 stale', objective: `${2 * hour}x300 stale` }),
    at: '320m',
    fires: [],
  },
  {
    alert: 'HoldfastRecoveryPointTooOld',
    when: 'when the newest good backup is older than the objective',
    series: standing({ success: '60x1500', age: growing, objective: `${8 * hour}x1500` }),
    at: '490m',
    fires: [critical],
  },
  {
    alert: 'HoldfastRecoveryPointTooOld',
    when: 'still, while a new controller reads the cluster',
    series: standing({
      success: '60x490 stale _x5 60x100',
      age: `0+60x490 stale _x5 29760+60x100`,
      objective: `${8 * hour}x490 stale _x5 ${8 * hour}x100`,
    }),
    at: '493m',
    fires: [critical],
  },
  {
    alert: 'HoldfastRecoveryPointTooOld',
    when: 'while it is younger than the objective',
    series: standing({ success: '60x1500', age: growing, objective: `${8 * hour}x1500` }),
    at: '479m',
    fires: [],
  },
  {
    alert: 'HoldfastRecoveryPointTooOld',
    when: 'over a policy that states no objective',
    series: standing({ success: '60x1500', age: growing }),
    at: '1400m',
    fires: [],
  },
  {
    alert: 'HoldfastBackupOverdue',
    when: 'when a slot is over and the newest good backup is from before it',
    series: standing({ success: '60x1500', age: growing, due: `_x100 ${hour}x1400` }),
    at: '120m',
    fires: [critical],
  },
  {
    alert: 'HoldfastBackupOverdue',
    when: 'still, while the policy is paused after the backup was missing',
    series: {
      ...standing({ success: '60x1500', age: growing, due: `_x100 ${hour}x1400` }),
      [`holdfast_backup_paused{${labels}}`]: '0x110 1x1390',
    },
    at: '1200m',
    fires: [critical],
  },
  {
    alert: 'HoldfastBackupOverdue',
    when: 'while a policy is paused of which nothing was missing, however long',
    series: {
      ...standing({ success: `_x90 ${hour + 300}x1400`, age: growing, due: `_x100 ${hour}x1400` }),
      [`holdfast_backup_paused{${labels}}`]: '0x110 1x1390',
    },
    at: '1200m',
    fires: [],
  },
  {
    alert: 'HoldfastBackupOverdue',
    when: 'while the newest good backup is from after the slot',
    series: standing({ success: `_x90 ${hour + 300}x1400`, age: growing, due: `_x100 ${hour}x1400` }),
    at: '600m',
    fires: [],
  },
  {
    alert: 'HoldfastBackupOverdue',
    when: 'over a policy with an objective, of which another alert speaks',
    series: standing({ success: '60x1500', age: growing, objective: `${2 * hour}x1500`, due: `${hour}x1500` }),
    at: '600m',
    fires: [],
  },
]
