import { annotations } from '../api/group.js'
import { tryParseDuration } from '../duration.js'

/** Milliseconds that a session is reckoned with when nobody says how long it takes. */
export const defaultExpectedDuration = 10 * 60_000

/** Milliseconds that a policy’s sessions usually take, as its annotation says; 10 minutes without one. */
export function expectedDuration(of: Readonly<Record<string, string>>): number {
  const stated = tryParseDuration(of[annotations.expectedDuration] ?? '')
  return stated === undefined || stated === 0 ? defaultExpectedDuration : stated
}
