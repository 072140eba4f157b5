import { createHash } from 'node:crypto'
import { Duration } from 'cdk8s'
import { Retention, Schedule } from '../../../constructs/index.js'
import type { StepReport } from '../../../lib/report.js'
import type { KubeObject } from '../../../runtime/kube/object.js'
import type { CannedContainer } from '../canned-container.js'
import { simulatedPolicy } from '../simulated-policy.js'

const perNamespace = 5

/**
 * Policies of five claims a namespace: in every other one hourly, the others daily, spread over the hour, with a short history,
 * retention and one retry; every Repository is checked daily and pruned twice a week.
 */
export function daysFleet(policies: number): KubeObject[] {
  return Array.from({ length: Math.ceil(policies / perNamespace) }, (_, index) => {
    const claims = Array.from(
      { length: Math.min(perNamespace, policies - index * perNamespace) },
      (_, i) => `data-${i}`,
    )
    return policiesOf(`team-${index}`, claims, index)
  }).flat()
}

export const guestOf = (day: number): string => `guest-${day}`

/** A namespace that only stays for a day: objects come and go in every cluster. */
export function dailyGuest(day: number): KubeObject[] {
  return policiesOf(guestOf(day), ['data'], 1)
}

function policiesOf(namespace: string, claims: readonly string[], index: number): KubeObject[] {
  return simulatedPolicy({
    namespace,
    claims,
    backup: claim => {
      const place = claims.indexOf(claim)
      const minute = (index * 7 + place * 11) % 60
      const hourly = place === 0 && index % 2 === 0
      return {
        schedule: Schedule.cron(hourly ? `${minute} * * * *` : `${minute} 3 * * *`),
        retention: Retention.keep({ last: 3, daily: 4 }),
        backupHistoryLimit: 3,
        retryConfig: { maxRetry: 1, delay: '1m' },
        expectedDuration: Duration.minutes(1),
      }
    },
    repository: { maintenance: { check: { interval: '24h' }, prune: { interval: '84h' } } },
  })
}

/**
 * One session in twenty is killed without a word at every attempt, one in twenty finds its store away, and one in
 * twenty is killed once and then does well.
 */
export function occasionalFailure({ step, flags }: CannedContainer): Partial<StepReport> | number | undefined {
  if (step !== 'pvc-backup') return undefined
  const [byte = 0] = createHash('sha256').update(flags.text('session-uid')).digest()
  const lot = Math.floor((byte / 256) * 20)
  if (lot === 0 || (lot === 1 && flags.integer('attempt') === 1)) return 137
  if (lot !== 2) return undefined
  return { outcome: 'Failed', reason: 'BackendUnreachable', message: 'the store did not answer', snapshots: [] }
}
