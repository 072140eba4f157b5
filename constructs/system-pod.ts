import { z } from 'zod'
import { podSettingsSchema } from '../lib/api/runtime-settings.js'
import { int32, line } from '../lib/api/text.js'

/** A taint that a pod does not mind (core/v1 Toleration). */
export interface Toleration {
  /** The taint’s key. @default - every taint */
  readonly key?: string
  /** `Exists` or `Equal`. @default Equal */
  readonly operator?: string
  readonly value?: string
  /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. @default - each */
  readonly effect?: string
  /** How long a pod stays on a node that gets the taint `NoExecute`. @default - for ever */
  readonly tolerationSeconds?: number
}

/** What admits a pod of the system and finds it a node: fields of core/v1 PodSpec, as in `runtimeSettings.pod`. */
export interface SystemPodSettings {
  /** Labels that the node must have. @default - none */
  readonly nodeSelector?: Readonly<Record<string, string>>
  /** @default - none */
  readonly tolerations?: readonly Toleration[]
  /** Secrets of the system’s namespace that images are pulled with. @default - none */
  readonly imagePullSecrets?: readonly { readonly name: string }[]
  /** @default - the cluster’s default */
  readonly priorityClassName?: string
  /** @default default-scheduler */
  readonly schedulerName?: string
  /** @default - the cluster’s default */
  readonly runtimeClassName?: string
}

const toleration = z.strictObject({
  key: line(316).optional().describe('Key of the taint; without it every taint is tolerated.'),
  operator: z.enum(['Exists', 'Equal', 'Lt', 'Gt']).optional().describe('Default: Equal.'),
  value: line(63).optional().describe('Value of the taint.'),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional().describe('Default: each.'),
  tolerationSeconds: int32(0).optional().describe('How long a pod stays with the effect NoExecute. Default: for ever.'),
})

const { nodeSelector, imagePullSecrets, priorityClassName, schedulerName, runtimeClassName } = podSettingsSchema.shape

/** What the same settings must be; of a policy’s, a toleration is the API server’s to judge. */
export const systemPodSchema = z.strictObject({
  nodeSelector,
  tolerations: z.array(toleration).max(32).optional().describe('Taints that a node may have.'),
  imagePullSecrets,
  priorityClassName,
  schedulerName,
  runtimeClassName,
} satisfies Record<keyof SystemPodSettings, z.ZodType>)
