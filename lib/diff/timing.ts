import { tryParseDuration } from '../duration.js'
import { readableSpan } from '../time-span.js'
import type { Cadence, Cadences } from './cadence.js'
import { type Change, positionsOf, type Severity } from './change.js'
import { detail, detailsOf, differencesIn } from './difference.js'
import type { PolicyPair } from './policy-pair.js'
import { scheduleWords } from './schedule-words.js'

/** What changes about when a policy’s backups run, and how late they may be. */
export function timingChanges(pairs: readonly PolicyPair[], cadences: Cadences): Change[] {
  return pairs.flatMap(pair => [...scheduleChange(pair, cadences), ...objectiveChange(pair), ...deadlineChange(pair)])
}

function scheduleChange(pair: PolicyPair, cadences: Cadences): Change[] {
  const { before, after, subject, differences } = pair
  const own = differencesIn(differences, 'spec.schedule', 'spec.timeZone')
  if (own.length === 0 || before.schedule === undefined || after.schedule === undefined) return []
  const [old, fresh] = [cadences.of(before.schedule), cadences.of(after.schedule)]
  const rarer = fresh.greatestGap > old.greatestGap
  const missed = after.objective !== undefined && fresh.greatestGap > after.objective
  const words = [scheduleWords(before.schedule), scheduleWords(after.schedule)]
  const promise =
    missed && rarer ? ` That does not keep the recovery point objective of ${readableSpan(after.objective)}.` : ''
  return [
    {
      severity: rarer ? (promise === '' ? 'warning' : 'danger') : 'notice',
      kind: rarer ? 'schedule-rarer' : 'schedule-changed',
      subject,
      sentence: `Backups run ${words[1]} instead of ${words[0]}${frequencyWords(old, fresh)}.${promise}`,
      details: [
        ...detailsOf(own),
        detail('runs per week', figure(old.runsPerWeek), figure(fresh.runsPerWeek)),
        detail('greatest gap', readableSpan(old.greatestGap), readableSpan(fresh.greatestGap)),
      ],
      positions: positionsOf(before, after),
    },
  ]
}

function frequencyWords(before: Cadence, after: Cadence): string {
  const runs = [figure(before.runsPerWeek), figure(after.runsPerWeek)]
  const gaps = [readableSpan(before.greatestGap), readableSpan(after.greatestGap)]
  if (runs[0] === runs[1] && gaps[0] === gaps[1]) return ', as often as before'
  return `: ${runs[1]} ${runs[1] === '1' ? 'run' : 'runs'} a week instead of ${runs[0]}, at most ${gaps[1]} apart instead of ${gaps[0]}`
}

const figure = (value: number) => String(value < 10 ? Math.round(value * 100) / 100 : Math.round(value))

function objectiveChange({ before, after, subject, differences }: PolicyPair): Change[] {
  const own = differencesIn(differences, 'spec.recoveryPointObjective')
  if (own.length === 0) return []
  const [old, fresh] = [before.objective, after.objective]
  const common = { subject, details: detailsOf(own), positions: positionsOf(before, after) }
  if (fresh === undefined) {
    const sentence = `The recovery point objective of ${readableSpan(old ?? 0)} is gone: nobody is told when backups are late.`
    return [{ ...common, severity: 'warning', kind: 'objective-loosened', sentence }]
  }
  if (old === undefined) {
    const sentence = `The newest good backup may now be ${readableSpan(fresh)} old at most; there was no objective.`
    return [{ ...common, severity: 'notice', kind: 'objective-tightened', sentence }]
  }
  if (fresh === old) return []
  const sentence = `The newest good backup may be ${readableSpan(fresh)} old instead of ${readableSpan(old)}.`
  return [
    fresh > old
      ? { ...common, severity: 'warning', kind: 'objective-loosened', sentence }
      : { ...common, severity: 'notice', kind: 'objective-tightened', sentence },
  ]
}

const deadlines = {
  'spec.timeOut': (before: string, after: string) => `a session may take ${after} instead of ${before}`,
  'spec.startDeadline': (before: string, after: string) => `a pod may take ${after} to start instead of ${before}`,
  'spec.startingDeadline': (before: string, after: string) =>
    `a missed run is made up for within ${after} instead of ${before}`,
} as const

function deadlineChange({ before, after, subject, differences }: PolicyPair): Change[] {
  const own = differencesIn(differences, ...Object.keys(deadlines), 'spec.retryConfig')
  if (own.length === 0) return []
  const words = own.flatMap(({ path, before: old, after: fresh }) => {
    const say = Object.hasOwn(deadlines, path) ? deadlines[path as keyof typeof deadlines] : undefined
    return say === undefined ? [] : [say(String(old), String(fresh))]
  })
  const attempts = (pair: typeof before) => (pair.spec.retryConfig?.maxRetry ?? 0) + 1
  if (attempts(before) !== attempts(after)) {
    words.push(`a failed session is tried ${attempts(after)} times instead of ${attempts(before)}`)
  }
  if (words.length === 0) words.push('the wait between attempts is another')
  const timeOut = own.find(({ path }) => path === 'spec.timeOut')
  const shorter = milliseconds(timeOut?.after) < milliseconds(timeOut?.before)
  const severity: Severity = shorter || attempts(after) < attempts(before) ? 'warning' : 'notice'
  const text = words.join('; ')
  return [
    {
      ...{ severity, kind: 'deadline-changed', subject, details: detailsOf(own) },
      sentence: `${text.charAt(0).toUpperCase()}${text.slice(1)}.`,
      positions: positionsOf(before, after),
    },
  ]
}

const milliseconds = (value: unknown) => (typeof value === 'string' ? (tryParseDuration(value) ?? 0) : 0)
