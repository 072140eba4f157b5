import { z } from 'zod'
import { parameterSchema } from './mover.js'
import { coreObject, dnsName } from './text.js'

export const taskSpec = z.strictObject({
  steps: z
    .array(
      z.strictObject({
        name: dnsName().describe('Name of a Function.'),
        params: z.array(parameterSchema).max(64).optional().describe('Values for its variables.'),
      }),
    )
    .min(1)
    .max(12)
    .describe('Functions in order: all but the last are init containers, the last is the container.'),
  volumes: z.array(coreObject()).max(32).optional().describe('core/v1 Volume, with `${VARIABLE}` in their texts.'),
})

export type TaskSpec = z.infer<typeof taskSpec>
