import { Duration } from 'cdk8s'
import { Retention } from './retention.js'
import { tier } from './tier.js'

/**
 * Ready tiers, to take or to start from: `Tiers.gold.with('gold', { window })`. Their figures are part of the API.
 *
 * | tier | newest backup at most | restorable, surely | kept |
 * |---|---|---|---|
 * | gold | 4 h old | 365 d back | 24 hourly, 14 daily, 8 weekly, 14 monthly, 3 yearly |
 * | silver | 27 h old: once a day, in any window and time zone | 179 d back | 14 daily, 8 weekly, 8 monthly |
 * | bronze | 8 d old: once a week | 88 d back | 5 weekly, 5 monthly |
 *
 * Gold and silver make up to two further attempts of a failed session, bronze one.
 */
export const Tiers = {
  gold: tier('gold', {
    rpo: Duration.hours(4),
    retention: Retention.keep({ hourly: 24, daily: 14, weekly: 8, monthly: 14, yearly: 3 }),
    retryConfig: { maxRetry: 2, delay: '5m' },
  }),
  silver: tier('silver', {
    rpo: Duration.hours(27),
    retention: Retention.keep({ daily: 14, weekly: 8, monthly: 8 }),
    retryConfig: { maxRetry: 2, delay: '10m' },
  }),
  bronze: tier('bronze', {
    rpo: Duration.days(8),
    retention: Retention.keep({ weekly: 5, monthly: 5 }),
    retryConfig: { maxRetry: 1, delay: '30m' },
  }),
} as const
