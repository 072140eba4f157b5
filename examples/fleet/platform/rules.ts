import { Duration } from 'cdk8s'
import { fleetRule, rules, tierOf, type Waiver } from 'holdfast'

/** What every policy of this company obeys. */
export const companyRules = [
  fleetRule({
    code: 'PLAT-001',
    title: 'every policy is of a tier',
    check: policy =>
      tierOf(policy) === undefined ? 'make it with gold.backup, silver.backup or bronze.backup' : undefined,
  }),
  rules.offsite('PLAT-002'),
  rules.restricted('PLAT-003'),
  rules.objectiveAtMost('PLAT-004', Duration.hours(27)),
  rules.retentionAtLeast('PLAT-005', Duration.days(335), { applies: policy => tierOf(policy) === 'gold' }),
]

/** Who may break a rule, why, and until when. */
export const waivers: readonly Waiver[] = [
  {
    rule: 'PLAT-004',
    for: 'archive/scans',
    reason: 'the paper originals are kept for three months; a weekly backup is what the archive pays for',
    until: '2027-06-30',
  },
]
