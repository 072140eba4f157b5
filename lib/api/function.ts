import { z } from 'zod'
import { containerSettingsSchema } from './runtime-settings.js'
import { coreObject, dnsName, line } from './text.js'

const text = (max: number) => z.string().max(max)

export const functionSpec = z.strictObject({
  image: line(512).min(1).describe('Image of the container.'),
  command: z.array(text(8192)).max(64).optional().describe('Program. Default: the image’s own.'),
  args: z.array(text(16384)).max(128).optional().describe('Arguments, with `${VARIABLE}` and `${VARIABLE:=default}`.'),
  workingDir: line(1024).optional().describe('Working directory. Default: the image’s own.'),
  env: z
    .array(
      z.strictObject({
        name: line(256).min(1).describe('Name of the variable.'),
        value: text(16384).optional().describe('Its value.'),
        valueFrom: coreObject().optional().describe('Where its value comes from (core/v1 EnvVarSource).'),
      }),
    )
    .max(64)
    .optional()
    .describe('Variables of the container.'),
  volumeMounts: z.array(coreObject()).max(32).optional().describe('core/v1 VolumeMount, of the Task’s volumes.'),
  volumeDevices: z.array(coreObject()).max(16).optional().describe('core/v1 VolumeDevice.'),
  ports: z.array(coreObject()).max(16).optional().describe('core/v1 ContainerPort.'),
  runtimeSettings: containerSettingsSchema.optional().describe('Settings of the container; those of a policy win.'),
  kubernetesAccess: z
    .strictObject({ serviceAccountName: dnsName().describe('ServiceAccount in the namespace of the session.') })
    .optional()
    .describe('Gives this container, and no other of the pod, a token of the Kubernetes API.'),
})

export type FunctionSpec = z.infer<typeof functionSpec>
