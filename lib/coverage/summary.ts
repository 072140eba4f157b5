import type { ClaimCoverage } from './coverage.js'
import { partOf } from './coverage-notes.js'
import { dayOf } from './exemption.js'

/** A fleet’s coverage in numbers. */
export interface CoverageSummary {
  readonly claims: number
  readonly protected: number
  /** Of those, claims of which only folders are backed up. */
  readonly inPart: number
  readonly exempt: number
  readonly unprotected: number
  /** Exemptions whose last day comes within 30 days. */
  readonly expiring: number
}

const soonMs = 30 * 86_400_000

/** Counts a fleet’s coverage. */
export function summaryOf(coverage: readonly ClaimCoverage[], today: Date): CoverageSummary {
  const count = (status: ClaimCoverage['status']) => coverage.filter(each => each.status === status).length
  const soon = dayOf(new Date(today.getTime() + soonMs))
  return {
    claims: coverage.length,
    protected: count('protected'),
    inPart: coverage.filter(each => partOf(each) !== undefined).length,
    exempt: count('exempt'),
    unprotected: count('unprotected'),
    expiring: coverage.filter(({ exemption }) => (exemption?.until ?? '9999') <= soon).length,
  }
}

/** `132 of 140 claims protected, 8 exempt (2 expire within 30 days)`. */
export function formatSummary(summary: CoverageSummary): string {
  const { claims, inPart, exempt, unprotected, expiring } = summary
  const expire = expiring === 1 ? '1 expires' : `${expiring} expire`
  return [
    `${summary.protected} of ${claims} ${claims === 1 ? 'claim' : 'claims'} protected${inPart === 0 ? '' : ` (${inPart} only in part)`}`,
    ...(exempt === 0 ? [] : [`${exempt} exempt${expiring === 0 ? '' : ` (${expire} within 30 days)`}`]),
    ...(unprotected === 0 ? [] : [`${unprotected} unprotected`]),
  ].join(', ')
}
