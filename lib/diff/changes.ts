import type { Fleet } from '../fleet/fleet.js'
import { Cadences } from './cadence.js'
import { type Change, severities } from './change.js'
import { compare, type DiffOptions } from './comparison.js'
import { contentChanges } from './content.js'
import { credentialChanges } from './credentials.js'
import { disappearances } from './disappearance.js'
import { grantChanges } from './grants.js'
import { imageChanges } from './images.js'
import { incomparables } from './incomparable.js'
import { lineageChanges } from './lineage.js'
import { type OtherChanges, otherChanges } from './manifest-pair.js'
import { podSecurityLevels } from './pod-security-levels.js'
import { privilegeChanges } from './privileges.js'
import { protectionChanges } from './protection.js'
import { remainingFields, remainingObjects } from './remainder.js'
import { repositoryChanges, repositoryPairs } from './repositories.js'
import { sessionChanges } from './restores.js'
import { retentionChanges } from './retention.js'
import { sharedLineages } from './shared-lineage.js'
import { stepChanges } from './steps.js'
import { systemChanges } from './system.js'
import { templateChanges } from './templates.js'
import { timingChanges } from './timing.js'
import { triggerChanges } from './triggers.js'
import { trustChanges } from './trust.js'

/** All that differs between two states of a fleet. */
export interface FleetDifference {
  /** The gravest first, then by what they are about. */
  readonly changes: readonly Change[]
  /** Objects of kinds that backups do not speak of. */
  readonly others: OtherChanges
}

/**
 * What differs between two states of a fleet, in the words of backups. Pure, and linear in the number of objects.
 * A side’s own `problems` are not part of it: who compares decides whether they matter.
 */
export function differenceBetween(before: Fleet, after: Fleet, options: DiffOptions): FleetDifference {
  const comparison = compare(before, after, options)
  const cadences = new Cadences(options.now)
  const { pairs } = comparison.policies
  const repositories = repositoryPairs(comparison)
  const told = [
    ...incomparables(comparison),
    ...protectionChanges(comparison),
    ...timingChanges(pairs, cadences),
    ...retentionChanges(pairs, cadences, options.now, options.snapshots),
    ...lineageChanges(pairs),
    ...sharedLineages(comparison),
    ...contentChanges(pairs),
    ...privilegeChanges(comparison),
    ...podSecurityLevels(comparison),
    ...grantChanges(comparison),
    ...credentialChanges(comparison),
    ...imageChanges(comparison),
    ...trustChanges(comparison),
    ...stepChanges(comparison),
    ...templateChanges(comparison),
    ...triggerChanges(comparison),
    ...repositoryChanges(comparison, repositories),
    ...sessionChanges(comparison),
    ...systemChanges(comparison),
    ...disappearances(comparison),
  ]
  const rest = [...remainingFields(comparison, repositories, told), ...remainingObjects(comparison)]
  return { changes: [...told, ...rest].sort(gravestFirst), others: otherChanges(comparison.manifests) }
}

/** The changes of `differenceBetween`. */
export function changesBetween(before: Fleet, after: Fleet, options: DiffOptions): readonly Change[] {
  return differenceBetween(before, after, options).changes
}

function gravestFirst(a: Change, b: Change): number {
  const rank = severities.indexOf(a.severity) - severities.indexOf(b.severity)
  if (rank !== 0) return rank
  return compareTexts(a.subject, b.subject) || compareTexts(a.kind, b.kind) || compareTexts(a.sentence, b.sentence)
}

// By code unit: the order must not depend on the language of the machine.
const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
