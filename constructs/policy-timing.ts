import type { Duration } from 'cdk8s'
import type { BackupConfigurationSpec } from '../lib/api/backup-configuration.js'
import { formatDuration } from '../lib/duration.js'
import { defaultExpectedDuration } from '../lib/objective/expected-duration.js'
import type { RunPattern } from '../lib/objective/run-pattern.js'
import { brokenObjective } from '../lib/objective/stated-objective.js'
import { type Objective, timingOf } from '../lib/objective/timing.js'
import type { ProblemCode } from '../lib/problem.js'
import { defaultStartingDeadline, defaultTimeOut } from '../lib/resolver-defaults.js'
import { parseSchedule } from '../lib/schedule.js'
import type { ObjectiveBackupProps, ScheduledBackupProps, VolumeBackupProps } from './backup-props.js'

/** When a policy runs, and how long it may take. */
export interface PolicyTiming {
  /** The fields of the spec; the schedule of a policy with an objective is not yet the one that it is assigned. */
  readonly fields: Pick<
    BackupConfigurationSpec,
    'schedule' | 'timeZone' | 'startingDeadline' | 'timeOut' | 'recoveryPointObjective'
  >
  /** Present when the time is still to be assigned. */
  readonly pattern?: RunPattern
  /** Milliseconds. */
  readonly expectedDuration: number
  readonly problems: readonly TimingProblem[]
}

export interface TimingProblem {
  readonly code: ProblemCode
  readonly path: string
  readonly message: string
}

/** The year in which stated objectives are tried: any year will do, but a synth must not depend on its day. */
const trialYear = new Date(Date.UTC(2026, 0, 1))
const derivedFields = ['schedule', 'startingDeadline', 'timeOut', 'recoveryPointObjective'] as const
const notDuration = 'expected a Duration of cdk8s, such as Duration.hours(24)'

/** Works out when a policy runs; what is wrong is among the problems. */
export function policyTiming(props: VolumeBackupProps): PolicyTiming {
  const problems: TimingProblem[] = []
  const expected = milliseconds(props.expectedDuration, 'expectedDuration', problems)
  const timing = isObjective(props) ? derived(props, problems) : stated(props, expected, problems)
  return { ...timing, expectedDuration: expected ?? defaultExpectedDuration, problems }
}

const isObjective = (props: VolumeBackupProps): props is ObjectiveBackupProps => props.rpo !== undefined

type Timing = Pick<PolicyTiming, 'fields' | 'pattern'>

function derived(props: ObjectiveBackupProps, problems: TimingProblem[]): Timing {
  // What does not compile can still be said by a program without types.
  for (const field of derivedFields) {
    if (props[field] === undefined) continue
    const message = `contradicts rpo, from which it follows; leave one of the two out`
    problems.push({ code: 'HF1003', path: field, message })
  }
  const age = milliseconds(props.rpo, 'rpo', problems)
  const longestSession = milliseconds(props.longestSession, 'longestSession', problems)
  const zone = parseSchedule('@daily', props.window?.timeZone)
  if (!zone.ok) problems.push({ code: 'HF1005', path: 'window.timeZone', message: zone.message })
  if (age === undefined || !zone.ok) return { fields: unknownFields }
  const { window } = props
  const objective: Objective = {
    age,
    ...(window === undefined ? {} : { window }),
    ...(longestSession === undefined ? {} : { longestSession }),
  }
  const result = timingOf(objective)
  if (!result.ok) {
    problems.push({ code: 'HF5201', path: 'rpo', message: result.message })
    return { fields: unknownFields }
  }
  const { pattern, startingDeadline, timeOut } = result.timing
  return {
    pattern,
    fields: {
      schedule: '@daily',
      timeZone: pattern.timeZone,
      recoveryPointObjective: formatDuration(age),
      startingDeadline: formatDuration(startingDeadline),
      timeOut: formatDuration(timeOut),
    },
  }
}

const unknownFields = {
  schedule: '@daily',
  timeZone: 'Etc/UTC',
  startingDeadline: defaultStartingDeadline,
  timeOut: defaultTimeOut,
} as const

function stated(props: ScheduledBackupProps, expected: number | undefined, problems: TimingProblem[]): Timing {
  const {
    schedule,
    recoveryPointObjective,
    startingDeadline = defaultStartingDeadline,
    timeOut = defaultTimeOut,
  } = props
  for (const field of ['window', 'longestSession'] as const) {
    if (props[field] === undefined) continue
    problems.push({
      code: 'HF1003',
      path: field,
      message: 'has a meaning only beside rpo, from which a schedule follows',
    })
  }
  if (recoveryPointObjective !== undefined && schedule?.problems().length === 0) {
    const objective = { recoveryPointObjective, startingDeadline, timeOut }
    const expectedDuration = expected ?? defaultExpectedDuration
    const message = brokenObjective({ schedule, ...objective, expectedDuration }, trialYear)
    if (message !== undefined) problems.push({ code: 'HF5201', path: 'spec.recoveryPointObjective', message })
  }
  return {
    fields: {
      // Absent only when a program without types says so; validation names it.
      schedule: schedule?.expression,
      timeZone: schedule?.timeZone,
      ...(recoveryPointObjective === undefined ? {} : { recoveryPointObjective }),
      startingDeadline,
      timeOut,
    },
  }
}

function milliseconds(duration: Duration | undefined, path: string, problems: TimingProblem[]): number | undefined {
  if (duration === undefined) return undefined
  const wrong = (message: string): undefined => {
    problems.push({ code: 'HF1002', path, message })
    return undefined
  }
  // A program without types may pass a text.
  if (typeof duration?.toMilliseconds !== 'function') return wrong(`got ${JSON.stringify(duration)}; ${notDuration}`)
  const length = duration.toMilliseconds({ integral: false })
  if (Number.isSafeInteger(length) && length > 0 && length % 60_000 === 0) return length
  return wrong(`got ${length / 1000} seconds; expected whole minutes, at least one`)
}
