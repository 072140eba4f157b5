import { z } from 'zod'
import { mapOf } from '../schema/map.js'
import { resourcesSchema } from './resources.js'
import { coreObject, dnsName, int32, line } from './text.js'

const labelMap = (what: string, maxValue: number) => mapOf(line(316), line(maxValue), 64).optional().describe(what)

const seLinuxOptions = z
  .strictObject({
    level: line(256).optional().describe('SELinux level.'),
    role: line(256).optional().describe('SELinux role.'),
    type: line(256).optional().describe('SELinux type.'),
    user: line(256).optional().describe('SELinux user.'),
  })
  .optional()
  .describe('SELinux labels.')

const envVar = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .describe('Name of the variable.'),
  value: z.string().max(4096).optional().describe('Its value.'),
  valueFrom: coreObject().optional().describe('Where its value comes from (core/v1 EnvVarSource).'),
})
const envFrom = z.strictObject({
  prefix: line(64).optional().describe('Put before every name.'),
  configMapRef: z
    .strictObject({
      name: dnsName().describe('Name of the ConfigMap.'),
      optional: z.boolean().optional().describe('May be missing.'),
    })
    .optional()
    .describe('All keys of a ConfigMap.'),
  secretRef: z
    .strictObject({
      name: dnsName().describe('Name of the Secret.'),
      optional: z.boolean().optional().describe('May be missing.'),
    })
    .optional()
    .describe('All keys of a Secret.'),
})

/** Settings of a container: an allow-list of core/v1 Container, beside nice and ionice. */
export const containerSettingsSchema = z.strictObject({
  resources: resourcesSchema.optional().describe('Requests and limits.'),
  env: z.array(envVar).max(64).optional().describe('Variables of every container.'),
  envFrom: z.array(envFrom).max(16).optional().describe('Variables from ConfigMaps and Secrets.'),
  securityContext: z
    .strictObject({
      runAsUser: int32(1).optional().describe('User id; `readAs` is the usual way.'),
      runAsGroup: int32(1).optional().describe('Group id.'),
      seLinuxOptions,
    })
    .optional()
    .describe('What Pod Security `restricted` leaves to choose.'),
  nice: z
    .strictObject({ adjustment: int32(-20, 19).describe('Niceness of restic.') })
    .optional()
    .describe('Processor priority of restic.'),
  ionice: z
    .strictObject({
      class: int32(1, 3).describe('1 realtime, 2 best effort, 3 idle.'),
      classData: int32(0, 7).optional().describe('Priority within the class.'),
    })
    .optional()
    .describe('Disk priority of restic.'),
})

/** Settings of the pod: an allow-list of core/v1 PodSpec. */
export const podSettingsSchema = z.strictObject({
  nodeSelector: labelMap('Labels that the node must have.', 63),
  nodeName: dnsName().optional().describe('The node, past the scheduler.'),
  affinity: coreObject().optional().describe('core/v1 Affinity.'),
  tolerations: z.array(coreObject()).max(32).optional().describe('core/v1 Toleration.'),
  topologySpreadConstraints: z.array(coreObject()).max(16).optional().describe('core/v1 TopologySpreadConstraint.'),
  imagePullSecrets: z
    .array(z.strictObject({ name: dnsName().describe('Name of the Secret.') }))
    .max(16)
    .optional()
    .describe('Secrets for pulling images.'),
  priorityClassName: dnsName().optional().describe('PriorityClass of the pod.'),
  schedulerName: dnsName().optional().describe('Scheduler of the pod.'),
  runtimeClassName: dnsName().optional().describe('RuntimeClass of the pod.'),
  enableServiceLinks: z.boolean().optional().describe('Variables for every Service. Default: false.'),
  securityContext: z
    .strictObject({
      fsGroupChangePolicy: z.enum(['OnRootMismatch', 'Always']).optional().describe('Default: OnRootMismatch.'),
      seLinuxOptions,
    })
    .optional()
    .describe('What `readAs` does not say.'),
  podLabels: labelMap('Further labels of the pod.', 63),
  podAnnotations: labelMap('Further annotations of the pod.', 4096),
})

export const runtimeSettingsSchema = z.strictObject({
  container: containerSettingsSchema.optional().describe('For every container of the Job.'),
  pod: podSettingsSchema.optional().describe('For the pod of the Job.'),
})

export type ContainerSettings = z.infer<typeof containerSettingsSchema>
export type PodSettings = z.infer<typeof podSettingsSchema>
export type RuntimeSettings = z.infer<typeof runtimeSettingsSchema>
