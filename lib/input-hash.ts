import { digestOf } from './digest.js'
import type { AnySubject } from './variables.js'

/** Fields of a BackupConfiguration that the resolver does not read: changing them needs no new template. */
const unread = new Set(['paused', 'schedule', 'timeZone', 'backupHistoryLimit', 'jobTemplate'])

/** Digest of what the resolver reads: a committed template with another one is stale. */
export function inputHash(subject: AnySubject): string {
  const spec = Object.fromEntries(Object.entries(subject.spec).filter(([field]) => !unread.has(field)))
  return digestOf({ spec, repository: subject.repository.spec })
}
