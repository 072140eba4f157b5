import { z } from 'zod'
import { isUnder } from '../folder.js'
import { rule } from '../schema/rule.js'
import { conditionsSchema } from './condition.js'
import { defaultMountPath } from './group.js'
import { backupHooksSchema } from './hooks.js'
import {
  aliasSchema,
  backupArgumentSchema,
  interimVolumeTemplateSchema,
  privilegesSchema,
  readAsSchema,
  repositoryRefSchema,
  targetRefSchema,
  taskRefSchema,
  tempDirSchema,
  volumeMountSchema,
} from './mover.js'
import { retentionPolicySchema } from './retention-policy.js'
import { runtimeSettingsSchema } from './runtime-settings.js'
import { absolutePath, coreObject, duration, elapsed, int32, line, timestamp } from './text.js'

const mountPathOf = (target: { volumeMounts?: { mountPath: string }[] | undefined }) =>
  target.volumeMounts?.[0]?.mountPath ?? defaultMountPath
const celMountPath = `(has(self.volumeMounts) && self.volumeMounts.size() > 0 ? self.volumeMounts[0].mountPath : '${defaultMountPath}')`

export const backupTargetSchema = rule(
  z.strictObject({
    ref: targetRefSchema.describe('The volume.'),
    alias: aliasSchema().optional().describe('Host of the snapshots. Default: `<namespace>/<claim>`.'),
    volumeMounts: z
      .array(volumeMountSchema)
      .min(1)
      .max(1)
      .optional()
      .describe('Where the claim is mounted. Default: `/holdfast-data`.'),
    paths: z
      .array(absolutePath())
      .min(1)
      .max(8)
      .optional()
      .describe('Folders that are backed up, a snapshot each. Default: the mount path.'),
    exclude: z.array(line(1024)).max(64).optional().describe('Patterns of restic that are left out.'),
    args: z
      .array(backupArgumentSchema())
      .max(32)
      .optional()
      .describe('Further flags of `restic backup`, from an allow-list.'),
  }),
  {
    cel: `!has(self.paths) || self.paths.all(p, p == ${celMountPath} || p.startsWith(${celMountPath} + '/') || ${celMountPath} == '/')`,
    message: 'every path must lie under the mount path (volumeMounts[0].mountPath, else /holdfast-data)',
    code: 'HF1006',
    check: target => (target.paths ?? []).every(path => isUnder(path, mountPathOf(target))),
    path: ['paths'],
  },
)

export const backupConfigurationSpec = z.strictObject({
  target: backupTargetSchema.describe('What is backed up.'),
  repository: repositoryRefSchema.describe('Where it is stored.'),
  task: taskRefSchema.optional().describe('How: the Task that the Job runs. Default: `pvc-backup`.'),
  schedule: line(100)
    .min(1)
    .describe(
      'When, as a cron expression of five fields or a macro such as `@daily`; the CronJob in git carries the same.',
    ),
  timeZone: line(64).optional().describe('IANA time zone of the schedule. Default: Etc/UTC.'),
  recoveryPointObjective: duration()
    .optional()
    .describe(
      'Oldest that the newest good backup may be: beyond it the configuration is not Ready, and metrics say so. Default: none.',
    ),
  startingDeadline: duration().optional().describe('How late a missed run is still made up for. Default: 1h.'),
  paused: z.boolean().optional().describe('Scheduled sessions are skipped; one made by hand runs. Default: false.'),
  backupHistoryLimit: int32(1, 1000)
    .optional()
    .describe('Finished sessions that are kept; the last Succeeded and the last Failed always are. Default: 5.'),
  retentionPolicy: retentionPolicySchema.describe('Which snapshots stay.'),
  timeOut: duration().optional().describe('Longest that a session may take, all attempts together. Default: 24h.'),
  startDeadline: duration().optional().describe('Longest that a pod may take to start. Default: 10m.'),
  retryConfig: z
    .strictObject({
      maxRetry: int32(0, 10).describe('Further attempts after a failed one.'),
      delay: duration().optional().describe('Wait before each. Default: 1m.'),
    })
    .optional()
    .describe('Attempts of the same session after a failure. Default: none.'),
  partialPolicy: z
    .enum(['Fail', 'Accept'])
    .optional()
    .describe('When files could not be read: Failed or PartiallySucceeded. Default: Fail.'),
  emptySourcePolicy: z
    .enum(['Fail', 'Accept'])
    .optional()
    .describe('When there was no file at all: Failed or Succeeded. Default: Fail.'),
  readAs: readAsSchema.optional().describe('Who the mover runs as. Default: user and group 65532.'),
  privileges: privilegesSchema.optional(),
  hooks: backupHooksSchema.optional().describe('What runs before and after.'),
  runtimeSettings: runtimeSettingsSchema.optional().describe('Settings of the Job’s pod and containers.'),
  tempDir: tempDirSchema.optional().describe('The scratch volume.'),
  interimVolumeTemplate: interimVolumeTemplateSchema
    .optional()
    .describe('A claim for intermediate data, made for each session.'),
  jobTemplate: coreObject()
    .optional()
    .describe('The resolved Job, written by the compiler; checked before it runs. Default: resolved at run time.'),
})

export const backupConfigurationStatus = z.strictObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that the status speaks of.'),
  lastSuccessfulTime: timestamp().optional().describe('When the newest good backup was stored.'),
  lastSessionName: line(253).optional().describe('The newest session.'),
  nextScheduleTime: timestamp().optional().describe('When the next session is due.'),
  dueBeforePause: timestamp()
    .optional()
    .describe('The newest slot whose backup had to be there when the policy was last paused.'),
  recoveryPointAge: elapsed()
    .optional()
    .describe('Age of the newest good backup when this was written, in whole hours beyond one.'),
  conditions: conditionsSchema().optional(),
})

export type BackupTarget = z.infer<typeof backupTargetSchema>
export type BackupConfigurationSpec = z.infer<typeof backupConfigurationSpec>
export type BackupConfigurationStatus = z.infer<typeof backupConfigurationStatus>
