import { z } from 'zod'
import { rule } from '../schema/rule.js'
import { address, httpGet, httpPost } from './http-action.js'
import { notificationsSchema } from './notification.js'
import { line } from './text.js'

const actions = ['exec', 'httpGet', 'httpPost', 'tcpSocket'] as const
const handler = z.strictObject({
  exec: z
    .strictObject({
      command: z.array(z.string().max(8192)).min(1).max(64).describe('Program and arguments; no shell.'),
    })
    .optional()
    .describe('Runs a command in a container of its own in the Job’s pod.'),
  httpGet: httpGet.optional().describe('Succeeds on a status from 200 to 399.'),
  httpPost: httpPost.optional().describe('Succeeds on a status from 200 to 399.'),
  tcpSocket: z.strictObject(address).optional().describe('Succeeds when the port accepts a connection.'),
  containerName: line(63)
    .optional()
    .describe('The Task’s step whose image and mounts `exec` uses. Default: Holdfast’s own image.'),
})
const exactlyOne = {
  cel: `[${actions.map(action => `has(self.${action})`).join(', ')}].filter(x, x).size() == 1`,
  message: `a hook is exactly one of ${actions.join(', ')}`,
  code: 'HF2007' as const,
  check: (value: { [action in (typeof actions)[number]]?: unknown }) =>
    actions.filter(action => value[action] !== undefined).length === 1,
}

export const executionPolicies = ['Always', 'OnFailure', 'OnSuccess'] as const
export const preHookSchema = rule(handler, exactlyOne)
export const postHookSchema = rule(
  handler.extend({
    executionPolicy: z.enum(executionPolicies).optional().describe('When it runs. Default: Always.'),
  }),
  exactlyOne,
)

export const backupHooksSchema = z.strictObject({
  preBackup: preHookSchema.optional().describe('Before the backup; when it fails nothing is backed up.'),
  postBackup: postHookSchema
    .optional()
    .describe('After the backup; when it fails the session is Failed, and the snapshot stays recorded.'),
  notifications: notificationsSchema
    .optional()
    .describe('Who is told how sessions end; whether it arrives changes nothing about the session.'),
})
export const restoreHooksSchema = z.strictObject({
  preRestore: preHookSchema.optional().describe('Before the restore; when it fails nothing is restored.'),
  postRestore: postHookSchema.optional().describe('After the restore.'),
  notifications: notificationsSchema
    .optional()
    .describe('Who is told how sessions end; whether it arrives changes nothing about the session.'),
})

export type PreHook = z.infer<typeof preHookSchema>
export type PostHook = z.infer<typeof postHookSchema>
export type Hook = PreHook & { readonly executionPolicy?: PostHook['executionPolicy'] }
export type ExecutionPolicy = (typeof executionPolicies)[number]
