import { z } from 'zod'
import { rule } from '../schema/rule.js'
import { backendSchema } from './backend.js'
import { conditionsSchema } from './condition.js'
import { resourcesSchema } from './resources.js'
import { labelSelectorSchema } from './selector.js'
import { bytes, duration, int32, quantity, timestamp, word } from './text.js'

const allowedNamespaces = rule(
  z.strictObject({
    from: z
      .enum(['Same', 'All', 'Selector'])
      .describe('Same: only the Repository’s own namespace. Selector: by label.'),
    selector: labelSelectorSchema.optional().describe('Which namespaces, for `from: Selector`.'),
  }),
  {
    cel: "self.from == 'Selector' ? has(self.selector) : !has(self.selector)",
    message: 'selector is required with from: Selector, and has no meaning otherwise',
    check: value => (value.from === 'Selector') === (value.selector !== undefined),
    path: ['selector'],
  },
)

const maintenance = z.strictObject({
  forget: z
    .strictObject({
      interval: duration().describe('How long after the last one. Default: after every successful backup.'),
    })
    .optional()
    .describe('When retention policies are applied.'),
  check: z
    .strictObject({
      interval: duration().optional().describe('How long after the last one. Default: 168h.'),
      readDataSubset: z
        .string()
        .max(32)
        .regex(/^([0-9]+(\.[0-9]+)?%|[0-9]+[KMGT]?|[0-9]+\/[0-9]+)$/)
        .optional()
        .describe(
          'How much of the stored data is read and verified: `5%`, `2G` or `1/10`. Default: only the structure is.',
        ),
    })
    .optional()
    .describe('When the repository’s integrity is verified.'),
  prune: z
    .strictObject({
      interval: duration().optional().describe('How long after the last one. Default: 168h.'),
      maxUnused: z
        .string()
        .max(32)
        .regex(/^([0-9]+(\.[0-9]+)?%|[0-9]+[KMGT]?|unlimited)$/)
        .optional()
        .describe('Unused space that may stay. Default: restic’s own (5%).'),
      maxRepackSize: z
        .string()
        .max(32)
        .regex(/^[0-9]+[KMGT]?$/)
        .optional()
        .describe('Most data that one run rewrites. Default: no limit.'),
    })
    .optional()
    .describe('When space that no snapshot uses is freed.'),
  resources: resourcesSchema
    .optional()
    .describe('Resources of the maintain Job. Default: 50m and 128Mi requested, 1Gi at most.'),
})

export const repositorySpec = z.strictObject({
  backend: backendSchema.describe('Where the data lies: exactly one store.'),
  clusterName: z
    .string()
    .min(1)
    .max(63)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
    .optional()
    .describe('First part of the host of every snapshot, where clusters share a repository. Default: none.'),
  usagePolicy: z
    .strictObject({ allowedNamespaces: allowedNamespaces.describe('Namespaces that may use the Repository.') })
    .optional()
    .describe('Consent to use from other namespaces, checked for every session. Default: only its own namespace.'),
  maxConcurrentSessions: int32(1, 1000).optional().describe('Sessions that run at once on this store. Default: 4.'),
  maintenance: maintenance.optional().describe('Retention, integrity check and freeing of space: a Job of its own.'),
})

export const repositoryStatus = z.strictObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that the status speaks of.'),
  id: word(64).optional().describe('restic’s id of the repository, set once.'),
  format: int32(1).optional().describe('Version of restic’s repository format.'),
  integrity: z.boolean().optional().describe('Result of the last check.'),
  totalSize: quantity().optional().describe('Stored bytes, for people.'),
  totalBytes: bytes().optional().describe('Stored bytes (restic’s raw-data), compressed and deduplicated.'),
  snapshotCount: bytes().optional().describe('Snapshots in the repository.'),
  snapshotsRemovedOnLastCleanup: bytes().optional().describe('Snapshots that the last retention run removed.'),
  firstBackupTime: timestamp().optional().describe('When the first backup was stored.'),
  lastBackupTime: timestamp().optional().describe('When the newest backup was stored.'),
  lastForgetTime: timestamp().optional().describe('When retention was last applied.'),
  lastCheckTime: timestamp().optional().describe('When integrity was last verified.'),
  lastPruneTime: timestamp().optional().describe('When space was last freed.'),
  conditions: conditionsSchema().optional(),
})

export type RepositorySpec = z.infer<typeof repositorySpec>
export type RepositoryStatus = z.infer<typeof repositoryStatus>
