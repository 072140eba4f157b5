import type { Fleet } from '../lib/fleet/fleet.js'
import { formatProblem } from '../lib/problem.js'
import { firstOf, indented } from './verdict.js'

/** Codes of objects that could not be read or compiled, and are therefore not part of the fleet. */
const unread = /^HF([1-4]|50)/

/**
 * Refuses to judge all of a fleet where that would prove nothing: it has no policy, or lacks objects that could not be
 * read. Throws RangeError, with `.not` too, that names the matcher and what is missing.
 */
export function requireProof(fleet: Fleet, matcher: string): void {
  const lost = fleet.problems.filter(({ code }) => unread.test(code))
  if (lost.length > 0) {
    const list = indented(firstOf(lost.map(formatProblem)))
    throw new RangeError(`${matcher} proves nothing about what cannot be read or compiled:\n${list}`)
  }
  if (fleet.policies.length > 0) return
  throw new RangeError(`${matcher} proves nothing about a fleet without a policy; is fleetFrom given the right source?`)
}
