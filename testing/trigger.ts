import { fieldAt, textOf } from '../lib/fleet/manifest.js'
import { triggerOf } from '../lib/fleet/policy-pods.js'
import type { PolicyUnderTest } from './fleet-under-test.js'

/** Why the CronJob of a policy starts nothing when the policy says so; undefined when it does. */
export function triggerFault(policy: PolicyUnderTest): string | undefined {
  const { spec, fleet } = policy
  if (spec.paused === true) return 'it is paused'
  const trigger = triggerOf(fleet, policy)
  if (trigger === undefined) return 'git has no CronJob that starts its sessions'
  const of = (field: string) => fieldAt(trigger.object, 'spec', field)
  if (of('suspend') === true) return `its CronJob (${trigger.position}) is suspended`
  const [own, other] = [
    `${spec.schedule} ${spec.timeZone ?? 'Etc/UTC'}`,
    `${textOf(of('schedule')) ?? ''} ${textOf(of('timeZone')) ?? 'Etc/UTC'}`,
  ]
  return own === other ? undefined : `its CronJob (${trigger.position}) has the schedule ${other}, not ${own}`
}
