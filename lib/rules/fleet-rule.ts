import type { Claim } from '../fleet/claim.js'
import type { Fleet } from '../fleet/fleet.js'
import type { FleetPolicy } from '../fleet/policy.js'
import type { FleetRepository } from '../fleet/repository.js'
import type { SourcePosition } from '../problem.js'

/** What a rule can be about. */
export interface RuleSubjects {
  readonly BackupConfiguration: FleetPolicy
  readonly Repository: FleetRepository
  readonly PersistentVolumeClaim: Claim
}

/** What every subject has. */
export interface RuleSubject {
  readonly namespace: string
  readonly name: string
  readonly position: SourcePosition
}

/** A rule about one kind of object of a fleet. */
export interface RuleProps<S> {
  /** Stable name of the rule, under which it is waived: letters, a dash, digits, such as `SHOP-001`. */
  readonly code: string
  /** The rule as a sentence: `every policy of shop has an objective of at most 4h`. */
  readonly title: string
  /** Which objects the rule is about. @default - all */
  readonly applies?: (subject: S, fleet: Fleet) => boolean
  /** What is wrong, in the words of whoever has to put it right; undefined when nothing is. */
  readonly check: (subject: S, fleet: Fleet) => string | undefined
}

/** A rule that a fleet obeys, or is told so. */
export interface FleetRule {
  readonly code: string
  readonly title: string
  readonly kind: keyof RuleSubjects
  /** What one object does wrong; undefined when nothing, or when the rule is not about it. May throw what its code throws. */
  judge(subject: RuleSubject, fleet: Fleet): string | undefined
}

/** `every policy must …`. */
export const fleetRule = (props: RuleProps<FleetPolicy>): FleetRule => ruleAbout('BackupConfiguration', props)
/** `every repository must …`. */
export const repositoryRule = (props: RuleProps<FleetRepository>): FleetRule => ruleAbout('Repository', props)
/** `every claim must …`. */
export const claimRule = (props: RuleProps<Claim>): FleetRule => ruleAbout('PersistentVolumeClaim', props)

function ruleAbout<K extends keyof RuleSubjects>(kind: K, props: RuleProps<RuleSubjects[K]>): FleetRule {
  const { code, title, applies, check } = props
  return {
    code,
    title,
    kind,
    judge(subject, fleet) {
      const own = subject as RuleSubjects[K]
      return applies === undefined || applies(own, fleet) ? check(own, fleet) : undefined
    },
  }
}

/** The objects of a fleet that a rule is about. */
export function subjectsOf(fleet: Fleet, { kind }: FleetRule): readonly RuleSubject[] {
  if (kind === 'Repository') return fleet.repositories
  return kind === 'PersistentVolumeClaim' ? fleet.claims : fleet.policies
}
