import { z } from 'zod'
import { transition } from '../schema/rule.js'
import { sessionPhases } from '../session-phase.js'
import { conditionsSchema } from './condition.js'
import { targetRefSchema } from './mover.js'
import { bytes, dnsName, elapsed, int32, line, timestamp } from './text.js'

export const backupSessionSpec = transition(
  z.strictObject({
    invoker: z
      .strictObject({
        apiGroup: z.literal('holdfast.dev').describe('holdfast.dev.'),
        kind: z.literal('BackupConfiguration').describe('BackupConfiguration.'),
        name: dnsName().describe('Name of the configuration, in this namespace.'),
      })
      .describe('Whose session this is.'),
  }),
  { cel: 'self == oldSelf', message: 'a session cannot be changed; make a new one' },
)

const snapshot = z.strictObject({
  name: line(16).describe('First eight characters of the id.'),
  id: line(64).describe('restic’s id of the snapshot.'),
  path: line(1024).describe('Path as it is stored.'),
  totalBytes: bytes().optional().describe('Bytes of all files.'),
  uploadedBytes: bytes().optional().describe('Bytes that were new, compressed.'),
  processingTime: elapsed().optional().describe('How long restic took.'),
  fileStats: z
    .strictObject({
      totalFiles: bytes().optional().describe('Files in the snapshot.'),
      newFiles: bytes().optional().describe('Files that the parent snapshot had not.'),
      modifiedFiles: bytes().optional().describe('Files that had changed.'),
      unmodifiedFiles: bytes().optional().describe('Files that had not changed.'),
      unreadableFiles: bytes().optional().describe('Files that could not be read.'),
    })
    .optional()
    .describe('Counts of files.'),
})

const hostStats = z.strictObject({
  hostname: line(512).describe('Host of the snapshots.'),
  phase: z.enum(['Succeeded', 'PartiallySucceeded', 'Failed']).describe('What became of this host.'),
  duration: elapsed().optional().describe('How long it took.'),
  error: line(4096).optional().describe('What went wrong.'),
  snapshots: z.array(snapshot).max(8).optional().describe('Snapshots that the repository confirmed.'),
})

export const backupSessionStatus = z.strictObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that the status speaks of.'),
  phase: z.enum(sessionPhases).optional().describe('Where the session stands, derived from its conditions.'),
  attempt: int32(0).optional().describe('Number of the current attempt, from 1.'),
  jobName: line(63).optional().describe('Job of the current attempt.'),
  jobUID: line(64).optional().describe('Its uid, once it was seen.'),
  finishJobName: line(63).optional().describe('Job that ended the session in the mover’s place.'),
  startTime: timestamp().optional().describe('When the first attempt began.'),
  completionTime: timestamp().optional().describe('When the session ended.'),
  sessionDuration: elapsed().optional().describe('From creation to end.'),
  sessionDeadline: timestamp().optional().describe('When the session ends at the latest.'),
  nextRetry: timestamp().optional().describe('When the next attempt begins.'),
  targets: z
    .array(
      z.strictObject({
        ref: targetRefSchema.describe('The volume.'),
        phase: z.enum(['Pending', 'Running', 'Succeeded', 'PartiallySucceeded', 'Failed']).describe('Where it stands.'),
        totalHosts: int32(1).describe('Hosts of the target: one.'),
        stats: z.array(hostStats).max(1).optional().describe('What was done, by host.'),
      }),
    )
    .max(1)
    .optional()
    .describe('What became of the target.'),
  conditions: conditionsSchema().optional(),
})

export type BackupSessionSpec = z.infer<typeof backupSessionSpec>
export type BackupSessionStatus = z.infer<typeof backupSessionStatus>
export type SnapshotStatus = z.infer<typeof snapshot>
