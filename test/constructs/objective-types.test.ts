import { describe, expect, test } from '@jest/globals'
import { Duration } from 'cdk8s'
import { Retention, Schedule, type VolumeBackupProps } from '../../constructs/index.js'

const shared = {
  claim: 'orders-data',
  repository: { name: 'store', namespace: undefined, spec: undefined },
  retention: Retention.keep({ daily: 7 }),
}
const rpo = Duration.hours(24)
const schedule = Schedule.daily({ at: '03:00' })

// What counts here is that the compiler reads this file: each line below a remark must be an error.
const contradictions: readonly VolumeBackupProps[] = [
  // @ts-expect-error a schedule follows from the objective
  { ...shared, rpo, schedule },
  // @ts-expect-error so does the starting deadline
  { ...shared, rpo, startingDeadline: '1h' },
  // @ts-expect-error so does the session's deadline
  { ...shared, rpo, timeOut: '1h' },
  // @ts-expect-error so does the alert's threshold
  { ...shared, rpo, recoveryPointObjective: '24h' },
  // @ts-expect-error a window is for runs that are to be placed
  { ...shared, schedule, window: { from: '22:00', to: '06:00' } },
  // @ts-expect-error a longest session decides how often a policy runs
  { ...shared, schedule, longestSession: Duration.hours(1) },
  // @ts-expect-error one of the two is needed
  { ...shared },
  // @ts-expect-error an objective is a Duration
  { ...shared, rpo: '24h' },
  // @ts-expect-error a day has 24 hours
  { ...shared, rpo, window: { from: '24:00', to: '06:00' } },
  // @ts-expect-error times have two digits each
  { ...shared, rpo, window: { from: '22:00', to: '6:00' } },
]
const agreements: readonly VolumeBackupProps[] = [
  { ...shared, rpo },
  {
    ...shared,
    rpo,
    window: { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' },
    longestSession: Duration.hours(2),
  },
  { ...shared, schedule, startingDeadline: '1h', timeOut: '2h', recoveryPointObjective: '30h' },
  { ...shared, schedule, expectedDuration: Duration.minutes(20) },
]

describe('the properties of a policy', () => {
  test('compile when they agree, and do not when they contradict each other', () => {
    expect([contradictions.length, agreements.length]).toEqual([10, 4])
  })
})
