import { type Claim, claimKey } from '../fleet/claim.js'
import { grouped } from '../grouped.js'
import type { Problem, SourcePosition } from '../problem.js'
import type { ClaimCoverage, CoverageOptions } from './coverage.js'
import { describeClaim, describePolicy } from './description.js'
import {
  annotatedExemption,
  type ClaimExemption,
  type ExemptionFault,
  ExemptionList,
  isPattern,
  listedExemption,
} from './exemption.js'
import type { Suggestions } from './suggestion.js'
import { originKey } from './unprotected.js'

/** What is wrong with the exemptions of a fleet, and the claims whose only problem is theirs. */
export interface ExemptionFindings {
  readonly problems: readonly Problem[]
  /** Keys of claims that somebody meant to exempt, and failed. */
  readonly faulty: ReadonlySet<string>
}

/** Judges every exemption: those of annotations once per claim or claim template, those of the list once each. */
export function exemptionFindings(
  coverage: readonly ClaimCoverage[],
  options: CoverageOptions,
  suggestions: Suggestions,
): ExemptionFindings {
  const annotated = annotatedFindings(coverage, options.today)
  const listed = listedFindings(coverage, options, suggestions)
  return {
    problems: [...annotated.problems, ...listed.problems],
    faulty: new Set([...annotated.faulty, ...listed.faulty]),
  }
}

function annotatedFindings(coverage: readonly ClaimCoverage[], today: Date): ExemptionFindings {
  const problems: Problem[] = []
  const faulty = new Set<string>()
  for (const group of byTemplate(coverage).values()) {
    const [first] = group
    const judged = first === undefined ? undefined : annotatedExemption(first.claim, today)
    if (first === undefined || judged === undefined) continue
    const { claim } = first
    if (!judged.ok) {
      problems.push(faultOf(judged.fault, ownerOf(claim), claim.position))
      for (const each of group) faulty.add(claimKey(each.claim))
    } else if (group.every(({ status }) => status === 'protected')) {
      const fault = { code: 'HF5107', path: 'metadata.annotations', message: uselessFor(first) } as const
      problems.push(faultOf(fault, ownerOf(claim), claim.position))
    }
  }
  return { problems, faulty }
}

// The claims of one template share its annotations: what is wrong with them is told once.
const byTemplate = (coverage: readonly ClaimCoverage[]): Map<string, ClaimCoverage[]> =>
  grouped(
    coverage.filter(({ claim }) => Object.keys(claim.annotations).length > 0),
    ({ claim }) => `${originKey(claim)} ${JSON.stringify(claim.annotations)}`,
  )

function listedFindings(
  coverage: readonly ClaimCoverage[],
  { exemptions = [], today }: CoverageOptions,
  suggestions: Suggestions,
): ExemptionFindings {
  const entries = exemptions.map(exemption => ({ ...exemption, exemption, about: [] as ClaimCoverage[] }))
  const list = new ExemptionList(entries)
  for (const each of coverage) for (const entry of list.about(each.claim)) entry.about.push(each)
  const problems: Problem[] = []
  const faulty = new Set<string>()
  for (const { exemption, about } of entries) {
    const object = `exemption ${exemption.claim}`
    const judged = listedExemption(exemption, today)
    if (!judged.ok) {
      problems.push(faultOf(judged.fault, object, exemption.position))
      for (const each of about) faulty.add(claimKey(each.claim))
      continue
    }
    const message = whyUseless(exemption, about, coverage, suggestions)
    if (message !== undefined)
      problems.push(faultOf({ code: 'HF5107', path: 'claim', message }, object, exemption.position))
  }
  return { problems, faulty }
}

function whyUseless(
  { claim }: ClaimExemption,
  about: readonly ClaimCoverage[],
  coverage: readonly ClaimCoverage[],
  suggestions: Suggestions,
): string | undefined {
  if (about.some(({ status }) => status !== 'protected')) return undefined
  const [first] = about
  if (first !== undefined && about.length === 1) return uselessFor(first)
  if (first !== undefined)
    return `matches ${about.length} claims, and policies back up all of them; remove the exemption`
  const near = isPattern(claim) ? undefined : suggestions.nearest(claim, coverage, each => claimKey(each.claim))
  const meant =
    near === undefined
      ? 'expected namespace/name of a claim, with * for any characters'
      : `did you mean ‘${claimKey(near.claim)}’?`
  return `no claim matches ‘${claim}’; ${meant}`
}

function uselessFor({ policies: [policy] }: ClaimCoverage): string {
  const by = policy === undefined ? 'a policy' : describePolicy(policy)
  return `exempts a claim that ${by} backs up; remove the exemption, or the policy`
}

const ownerOf = (claim: Claim) => (claim.origin === 'PersistentVolumeClaim' ? describeClaim(claim) : claim.origin)

function faultOf({ code, path, message }: ExemptionFault, object: string, source: SourcePosition | undefined): Problem {
  return { code, object, path, message, ...(source === undefined ? {} : { source }) }
}
