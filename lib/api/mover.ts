import { z } from 'zod'
import { allowedBackupArguments } from '../backup-arguments.js'
import { rule } from '../schema/rule.js'
import { resourcesSchema } from './resources.js'
import { absolutePath, dnsLabel, dnsName, int32, quantity, relativePath } from './text.js'

/** Parts that backups and restores share: what they refer to and how the mover’s pod is shaped. */
export const repositoryRefSchema = z.strictObject({
  name: dnsName().describe('Name of the Repository.'),
  namespace: dnsName().optional().describe('Its namespace. Default: the object’s own.'),
  secretName: dnsName()
    .optional()
    .describe(
      'Secret in this namespace with the repository’s keys. Required when the Repository is in another namespace. Default: the Repository’s own.',
    ),
})

export const parameterSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .describe('Name of the variable.'),
  value: z.string().max(16384).describe('Its value.'),
})

export const taskRefSchema = z.strictObject({
  name: dnsName().describe('Name of the Task.'),
  params: z.array(parameterSchema).max(64).optional().describe('Values for the Task’s and its Functions’ variables.'),
})

export const targetRefSchema = z.strictObject({
  apiVersion: z.literal('v1').describe('v1.'),
  kind: z.literal('PersistentVolumeClaim').describe('PersistentVolumeClaim.'),
  name: dnsName().describe('Name of the claim, in this namespace.'),
})

export const volumeMountSchema = z.strictObject({
  mountPath: absolutePath().describe('Where the claim is mounted.'),
  subPath: relativePath().optional().describe('Folder of the claim that is mounted. Default: all of it.'),
})

export const aliasSchema = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/)

export const readAsSchema = z.strictObject({
  user: int32(1).optional().describe('User id of the mover. Default: 65532.'),
  group: int32(1).optional().describe('Group id of the mover. Default: 65532.'),
  fsGroup: int32(1).optional().describe('Group that volumes are given to. Default: none for the target.'),
  supplementalGroups: z.array(int32(1)).max(32).optional().describe('Further groups.'),
})

export const privilegesSchema = z
  .enum(['restricted', 'read-any-file'])
  .describe(
    '`read-any-file`: user 0 with DAC_OVERRIDE (restores: and CHOWN, FOWNER), in namespaces that allow `baseline`. Default: restricted.',
  )

export const tempDirSchema = z.strictObject({
  medium: z.enum(['', 'Memory']).optional().describe('Medium of the scratch volume. Default: the node’s disk.'),
  sizeLimit: quantity().optional().describe('Its size at most. Default: none.'),
  disableCaching: z.boolean().optional().describe('Runs restic without its cache. Default: false.'),
})

// A claim that names a volume, a selector or a source gets data that is there already, and the controller makes it with
// rights that the policy’s author may not have.
const interimClaimSpec = z.strictObject({
  accessModes: z
    .array(z.enum(['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany']))
    .min(1)
    .max(3)
    .optional()
    .describe('How it may be mounted.'),
  resources: resourcesSchema.optional().describe('Its size: `requests.storage`.'),
  storageClassName: dnsName().optional().describe('Its StorageClass. Default: the cluster’s own.'),
  volumeAttributesClassName: dnsName().optional().describe('Its VolumeAttributesClass. Default: none.'),
})

export const interimVolumeTemplateSchema = z.strictObject({
  metadata: z
    .strictObject({ name: dnsLabel().optional().describe('Last part of the claim’s name. Default: `interim`.') })
    .optional()
    .describe('Metadata of the claim.'),
  spec: interimClaimSpec.describe('An allow-list of core/v1 PersistentVolumeClaimSpec: always a new, empty volume.'),
})

const argumentPattern = new RegExp(`^(${allowedBackupArguments.join('|')})(=[^\\x00-\\x1f\\x7f]*)?$`)
export const backupArgumentSchema = () =>
  rule(z.string().min(1).max(512), {
    cel: `self.matches('^(${allowedBackupArguments.join('|')})(=[^\\\\x00-\\\\x1f\\\\x7f]*)?$')`,
    message:
      'only restic backup flags that change neither repository nor credentials, written as --flag or --flag=value',
    code: 'HF1007',
    check: value => argumentPattern.test(value),
  })

export type RepositoryRef = z.infer<typeof repositoryRefSchema>
export type TaskRef = z.infer<typeof taskRefSchema>
export type Parameter = z.infer<typeof parameterSchema>
export type TargetRef = z.infer<typeof targetRefSchema>
export type ReadAs = z.infer<typeof readAsSchema>
export type Privileges = z.infer<typeof privilegesSchema>
export type TempDir = z.infer<typeof tempDirSchema>
export type InterimVolumeTemplate = z.infer<typeof interimVolumeTemplateSchema>
