import { triggerName } from '../names.js'
import type { PodTemplate } from '../pod-security/baseline.js'
import type { SourcePosition } from '../problem.js'
import { namespaceOf } from './claim.js'
import type { Fleet } from './fleet.js'
import { fieldAt, fieldsOf, groupOf, type Manifest } from './manifest.js'
import { type FleetPolicy, policyKey } from './policy.js'

/** A pod that a policy will run, as it is committed. */
export interface PolicyPod extends PodTemplate {
  /** `mover` backs up, `trigger` creates the session. */
  readonly role: 'mover' | 'trigger'
  readonly position: SourcePosition
}

const triggersOf = new WeakMap<Fleet, ReadonlyMap<string, Manifest>>()

/**
 * The pods of a policy: that of its Job template, and that of the CronJob which creates its sessions. Empty for a
 * policy whose Job the controller resolves and whose CronJob is not part of the fleet.
 */
export function podsOf(fleet: Fleet, policy: FleetPolicy): PolicyPod[] {
  const pods: PolicyPod[] = []
  if (policy.jobTemplate !== undefined) {
    pods.push({ role: 'mover', position: policy.position, ...podOf(fieldAt(policy.jobTemplate, 'spec', 'template')) })
  }
  const trigger = triggerOf(fleet, policy)
  if (trigger !== undefined) {
    const template = fieldAt(trigger.object, 'spec', 'jobTemplate', 'spec', 'template')
    pods.push({ role: 'trigger', position: trigger.position, ...podOf(template) })
  }
  return pods
}

/** The CronJob that creates the sessions of a policy; undefined when git does not have it. */
export const triggerOf = (fleet: Fleet, { namespace, name }: FleetPolicy): Manifest | undefined =>
  triggers(fleet).get(policyKey({ namespace, name: triggerName(name) }))

function podOf(template: unknown): PodTemplate {
  const annotations = fieldsOf(fieldAt(template, 'metadata', 'annotations')) as Readonly<Record<string, string>>
  return { annotations, spec: fieldAt(template, 'spec') }
}

// A fleet does not change, and every policy asks.
function triggers(fleet: Fleet): ReadonlyMap<string, Manifest> {
  const known = triggersOf.get(fleet)
  if (known !== undefined) return known
  const made = new Map<string, Manifest>()
  for (const manifest of fleet.manifests) {
    const { object } = manifest
    if (object.kind !== 'CronJob' || groupOf(object) !== 'batch') continue
    made.set(policyKey({ namespace: namespaceOf(object), name: object.metadata.name }), manifest)
  }
  triggersOf.set(fleet, made)
  return made
}
