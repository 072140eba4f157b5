import { Duration } from 'cdk8s'
import { Retention, tier } from 'holdfast'

/** What a team can ask for, as promises: a policy says which, and nothing about schedules or retention. */
export const gold = tier('gold', {
  rpo: Duration.hours(4),
  retention: Retention.keep({ hourly: 24, daily: 14, weekly: 8, monthly: 14 }),
  retryConfig: { maxRetry: 2, delay: '5m' },
})

export const silver = tier('silver', {
  rpo: Duration.hours(27),
  window: { from: '22:00', to: '05:00', timeZone: 'Europe/Berlin' },
  retention: Retention.keep({ daily: 14, weekly: 8, monthly: 7 }),
})

export const bronze = silver.with('bronze', {
  rpo: Duration.days(8),
  retention: Retention.keep({ weekly: 8, monthly: 7 }),
})
