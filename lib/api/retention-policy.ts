import { z } from 'zod'
import { keepCounts, keepWithins } from '../keep-rules.js'
import { rule } from '../schema/rule.js'
import { dnsName, int32 } from './text.js'

const count = (what: string) => int32(1, 1_000_000).optional().describe(what)
// restic’s own duration: 1y5m7d2h, in this order, each once.
const within = (what: string) =>
  z
    .string()
    .max(64)
    .regex(/^([0-9]+y)?([0-9]+m)?([0-9]+d)?([0-9]+h)?$/)
    .min(2)
    .optional()
    .describe(what)

const keeps = [...keepCounts, ...keepWithins, 'keepTags'] as const

const policy = z.strictObject({
  name: dnsName().optional().describe('Name of the policy, for people.'),
  keepLast: count('Newest snapshots that are kept.'),
  keepHourly: count('Hours of which the newest snapshot is kept.'),
  keepDaily: count('Days of which the newest snapshot is kept.'),
  keepWeekly: count('Weeks of which the newest snapshot is kept.'),
  keepMonthly: count('Months of which the newest snapshot is kept.'),
  keepYearly: count('Years of which the newest snapshot is kept.'),
  keepWithin: within('Age up to which every snapshot is kept: `1y6m`, `30d`, `12h` (restic’s form).'),
  keepWithinHourly: within('Age up to which the newest snapshot of each hour is kept.'),
  keepWithinDaily: within('Age up to which the newest snapshot of each day is kept.'),
  keepWithinWeekly: within('Age up to which the newest snapshot of each week is kept.'),
  keepWithinMonthly: within('Age up to which the newest snapshot of each month is kept.'),
  keepWithinYearly: within('Age up to which the newest snapshot of each year is kept.'),
  keepTags: z
    .array(
      z
        .string()
        .min(1)
        .max(256)
        .regex(/^[^,\x00-\x1f\x7f]+$/),
    )
    .min(1)
    .max(16)
    .optional()
    .describe('Snapshots with one of these tags are kept for good.'),
  dryRun: z.boolean().optional().describe('Says what would be removed and removes nothing. Default: false.'),
})

/** What stays in the repository when retention is applied to the snapshots of one host and path. */
export const retentionPolicySchema = rule(policy, {
  cel: keeps.map(keep => `has(self.${keep})`).join(' || '),
  message: 'a retention policy needs at least one keep rule, or every snapshot would be removed',
  code: 'HF1008',
  check: value => keeps.some(keep => value[keep] !== undefined),
})

export type RetentionPolicy = z.infer<typeof retentionPolicySchema>
