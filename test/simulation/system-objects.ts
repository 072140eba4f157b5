import { Holdfast } from '../../constructs/index.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { compiled } from '../behaviour/policy.js'

export const simulatedImage = 'holdfast.dev/holdfast:dev'

/** What a cluster needs of the control plane when the controller runs beside it. */
const apiKinds = ['CustomResourceDefinition', 'Namespace', 'Function', 'Task']
let cached: readonly KubeObject[] | undefined

/** Holdfast's definitions, its namespace, and the built-in Functions and Tasks; compiled once. */
export function systemObjects(): readonly KubeObject[] {
  cached ??= compiled(simulatedImage, {}, chart => {
    new Holdfast(chart, 'holdfast', { image: simulatedImage, pushgateway: { url: 'http://pushgateway.invalid:9091' } })
  }).filter(({ kind }) => apiKinds.includes(kind))
  return cached
}
