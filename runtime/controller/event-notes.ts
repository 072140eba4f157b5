import { type Reason, reasons } from '../../lib/reason.js'
import type { EventNote } from './event-recorder.js'

/** An event whose reason is one that conditions, alerts and docs/errors.md know too. */
export type Note = EventNote & { readonly reason: Reason }

const normal = (reason: Reason, message: string): Note => ({ type: 'Normal', reason, message: sentence(message) })

// Whoever reads a warning wants to know what to do, and a reason says that; its own words come first.
function warning(reason: Reason, message: string): Note {
  const said = sentence(message === '' ? reasons[reason] : message)
  return { type: 'Warning', reason, message: said.includes(reasons[reason]) ? said : `${said} ${reasons[reason]}` }
}

/** A text as a sentence: a capital letter in front, a full stop behind. */
export function sentence(text: string): string {
  const trimmed = text.trim().replace(/\s+/g, ' ')
  const capital = `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}`
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`
}

/**
 * Every event that the controller writes, and what it says in `kubectl describe`: what happened, why, and for a warning
 * what to do. Nothing else makes one, so that none reads differently.
 */
export const eventNotes = {
  waiting: (kind: string, reason: Reason, why: string): Note => normal(reason, `${kind} waits: ${why}`),
  attemptBegun: (attempt: number, job: string): Note => normal('JobCreated', `attempt ${attempt} runs as Job ${job}`),
  finishing: (reason: Reason, why: string, job: string): Note =>
    warning(reason, `${why}; Job ${job} finds out what was stored`),
  retried: (reason: Reason, attempt: number, why: string, next: string): Note =>
    warning(reason, `attempt ${attempt} failed: ${why}; attempt ${attempt + 1} follows at ${next}`),
  ended: (kind: string, phase: string, reason: Reason, why: string): Note => {
    const good = phase === 'Succeeded' || phase === 'Skipped'
    return (good || phase === 'PartiallySucceeded' ? normal : warning)(reason, `${kind} ${phase}: ${why}`)
  },
  untold: (kind: string, why: string): Note =>
    warning('NotificationFailed', `${kind} ended as its status says, but not everybody heard of it: ${why}`),
  unheard: (why: string): Note => warning('NotificationFailed', `nobody heard that the attempt began: ${why}`),
  maintaining: (job: string, work: string): Note =>
    normal('JobCreated', `Job ${job} maintains the repository: ${work}`),
  unlocking: (job: string, host: string): Note =>
    normal('JobCreated', `Job ${job} removes the locks of pod ${host}, which was killed`),
  maintained: (work: string): Note => normal('RetentionApplied', `the repository was maintained: ${work}`),
  maintenanceFailed: (reason: Reason, why: string): Note => warning(reason, `maintenance failed: ${why}`),
  caughtUp: (session: string): Note =>
    normal('CatchUp', `session ${session} makes up for a scheduled minute that nobody triggered`),
  cleaned: (sessions: readonly string[], limit: number): Note => {
    const [named, more] = [sessions.slice(0, 5), sessions.length - 5]
    const names = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
    return normal('HistoryCleaned', `deleted finished sessions beyond backupHistoryLimit (${limit}): ${names}`)
  },
} as const
