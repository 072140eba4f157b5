import { z } from 'zod'
import { rule, transition } from '../schema/rule.js'
import { restorePhases } from '../session-phase.js'
import { conditionsSchema } from './condition.js'
import { restoreHooksSchema } from './hooks.js'
import {
  aliasSchema,
  interimVolumeTemplateSchema,
  privilegesSchema,
  readAsSchema,
  repositoryRefSchema,
  targetRefSchema,
  taskRefSchema,
  tempDirSchema,
  volumeMountSchema,
} from './mover.js'
import { runtimeSettingsSchema } from './runtime-settings.js'
import { absolutePath, bytes, duration, elapsed, int32, line, timestamp } from './text.js'

const hosts = z.array(aliasSchema()).min(1).max(16)
const restoreRule = rule(
  rule(
    z.strictObject({
      targetHosts: hosts
        .optional()
        .describe('Hosts that the rule is for. Default: every host that no other rule names.'),
      sourceHost: aliasSchema().optional().describe('Host whose snapshots are restored. Default: the target’s own.'),
      snapshots: z
        .array(
          z
            .string()
            .max(64)
            .regex(/^(latest|[0-9a-f]{8,64})$/),
        )
        .min(1)
        .max(8)
        .optional()
        .describe('`latest` (the newest complete set of one session) or ids.'),
      paths: z
        .array(absolutePath())
        .min(1)
        .max(8)
        .optional()
        .describe('Stored paths whose newest snapshot is restored.'),
      include: z
        .array(line(1024).min(1))
        .max(64)
        .optional()
        .describe('Only what matches, relative to the stored path.'),
      exclude: z.array(line(1024).min(1)).max(64).optional().describe('Not what matches, relative to the stored path.'),
    }),
    {
      cel: 'has(self.snapshots) != has(self.paths)',
      message: 'a rule selects by snapshots or by paths: exactly one of them (snapshots: [latest] is the usual one)',
      check: value => (value.snapshots === undefined) !== (value.paths === undefined),
    },
  ),
  {
    cel: "!has(self.snapshots) || self.snapshots.size() == 1 || !self.snapshots.exists(s, s == 'latest')",
    message: 'latest stands alone: it already means every snapshot of the newest session',
    check: value =>
      value.snapshots === undefined || value.snapshots.length === 1 || !value.snapshots.includes('latest'),
    path: ['snapshots'],
  },
)

const rules = rule(
  rule(z.array(restoreRule).min(1).max(16), {
    cel: 'self.filter(r, !has(r.targetHosts)).size() <= 1',
    message: 'at most one rule may be without targetHosts',
    check: value => value.filter(each => each.targetHosts === undefined).length <= 1,
  }),
  {
    cel: 'self.all(r, !has(r.targetHosts) || r.targetHosts.all(h, self.filter(o, has(o.targetHosts) && o.targetHosts.exists(g, g == h)).size() == 1))',
    message: 'a host may be named by one rule only',
    check: value => {
      const named = value.flatMap(each => [...new Set(each.targetHosts ?? [])])
      return new Set(named).size === named.length
    },
  },
)

export const restoreTargetSchema = z.strictObject({
  ref: targetRefSchema.describe('The volume.'),
  alias: aliasSchema()
    .optional()
    .describe('Host of the target, for rules and as the default source. Default: `<namespace>/<claim>`.'),
  volumeMounts: z
    .array(volumeMountSchema)
    .min(1)
    .max(1)
    .optional()
    .describe('Where the claim is mounted. Default: `/holdfast-data`.'),
  rules: rules.describe('What is restored; the rule that names the host wins over the one without hosts.'),
})

const spec = z.strictObject({
  target: restoreTargetSchema.describe('What is restored.'),
  repository: repositoryRefSchema.describe('Where it is stored.'),
  task: taskRefSchema.optional().describe('How: the Task that the Job runs. Default: `pvc-restore`.'),
  destination: absolutePath()
    .optional()
    .describe('Folder, under the mount path, that receives the data. Default: the mount path.'),
  overwrite: z
    .enum(['IfEmpty', 'Merge', 'Replace'])
    .optional()
    .describe(
      'IfEmpty: only into an empty folder. Merge: files of the snapshot win, others stay. Replace: others are removed. Default: IfEmpty.',
    ),
  whenNotEmpty: z
    .enum(['Fail', 'Skip'])
    .optional()
    .describe('With IfEmpty, what a folder that is not empty means. Default: Fail.'),
  readAs: readAsSchema.optional().describe('Who the mover runs as. Default: user and group 65532.'),
  privileges: privilegesSchema.optional(),
  hooks: restoreHooksSchema.optional().describe('What runs before and after.'),
  runtimeSettings: runtimeSettingsSchema.optional().describe('Settings of the Job’s pod and containers.'),
  tempDir: tempDirSchema.optional().describe('The scratch volume.'),
  interimVolumeTemplate: interimVolumeTemplateSchema.optional().describe('A claim for intermediate data.'),
  timeOut: duration().optional().describe('Longest that the session may take. Default: 24h.'),
  startDeadline: duration().optional().describe('Longest that a pod may take to start. Default: 10m.'),
})

export const restoreSessionSpec = transition(
  rule(spec, {
    cel: "!has(self.whenNotEmpty) || !has(self.overwrite) || self.overwrite == 'IfEmpty'",
    message: 'whenNotEmpty has a meaning only with overwrite: IfEmpty',
    check: value => value.whenNotEmpty === undefined || (value.overwrite ?? 'IfEmpty') === 'IfEmpty',
    path: ['whenNotEmpty'],
  }),
  { cel: 'self == oldSelf', message: 'a restore cannot be changed; make a new one' },
)

const hostStats = z.strictObject({
  hostname: line(512).describe('Host that was restored.'),
  phase: z.enum(['Succeeded', 'Failed', 'Skipped']).describe('What became of it.'),
  duration: elapsed().optional().describe('How long it took.'),
  snapshot: line(1024).optional().describe('Ids of the snapshots, comma-joined.'),
  filesRestored: bytes().optional().describe('Files and folders that were written, as restic counts them.'),
  bytesRestored: bytes().optional().describe('Bytes that were written.'),
  error: line(4096).optional().describe('What went wrong.'),
})

export const restoreSessionStatus = z.strictObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that the status speaks of.'),
  phase: z.enum(restorePhases).optional().describe('Where the restore stands, derived from its conditions.'),
  jobName: line(63).optional().describe('Its Job.'),
  jobUID: line(64).optional().describe('The Job’s uid, once it was seen.'),
  attempt: int32(0).optional().describe('1 once the restore has begun: a restore is never tried twice.'),
  finishJobName: line(63).optional().describe('Job that ended the restore in the mover’s place.'),
  startTime: timestamp().optional().describe('When the Job was made.'),
  completionTime: timestamp().optional().describe('When the restore ended.'),
  totalHosts: int32(1).optional().describe('Hosts of the target: one.'),
  sessionDuration: elapsed().optional().describe('From creation to end.'),
  sessionDeadline: timestamp().optional().describe('When the restore ends at the latest.'),
  stats: z.array(hostStats).max(1).optional().describe('What was done, by host.'),
  conditions: conditionsSchema().optional(),
})

export type RestoreRule = z.infer<typeof restoreRule>
export type RestoreTarget = z.infer<typeof restoreTargetSchema>
export type RestoreSessionSpec = z.infer<typeof restoreSessionSpec>
export type RestoreSessionStatus = z.infer<typeof restoreSessionStatus>
