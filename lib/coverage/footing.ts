import { claimKey } from '../fleet/claim.js'
import type { Fleet } from '../fleet/fleet.js'
import { describeManifest, fieldAt, textOf } from '../fleet/manifest.js'
import type { FleetPolicy } from '../fleet/policy.js'
import { triggerOf } from '../fleet/policy-pods.js'
import type { Problem } from '../problem.js'
import { policyProblem } from './description.js'

/** HF5110 for each policy whose Repository is nowhere in git: its sessions have nowhere to store anything. */
export function absentRepositoryProblems({ policies, repositories, manifests }: Fleet): Problem[] {
  // One that cannot be read has a problem of its own.
  const written = manifests.flatMap(({ object }) => (object.kind === 'Repository' ? [describeManifest(object)] : []))
  const known = new Set([...repositories.map(each => `Repository ${claimKey(each)}`), ...written])
  return policies.flatMap(policy => {
    const { name, namespace = policy.namespace } = policy.spec.repository
    const wanted = `Repository ${namespace}/${name}`
    if (known.has(wanted) || (namespace === 'default' && known.has(`Repository ${name}`))) return []
    const message = `${wanted} is nowhere in git, so the policy cannot store anything. Add its manifest, correct the name, or check with --partial when git does not hold all of them`
    return [policyProblem(policy, 'HF5110', 'spec.repository', message)]
  })
}

/** HF5111 for each policy whose CronJob does not start its sessions when the policy says. */
export function triggerProblems(fleet: Fleet): Problem[] {
  return fleet.policies.flatMap(policy => {
    const trigger = triggerOf(fleet, policy)
    if (trigger === undefined || policy.spec.paused === true) return []
    const why = whyOff(policy, fieldAt(trigger.object, 'spec'))
    if (why === undefined) return []
    const message = `its ${describeManifest(trigger.object)} (${trigger.position}) ${why}. Compile the policy again with ‘holdfast synth’`
    return [policyProblem(policy, 'HF5111', 'spec.schedule', message)]
  })
}

function whyOff({ spec }: FleetPolicy, cronJob: unknown): string | undefined {
  if (fieldAt(cronJob, 'suspend') === true) return 'is suspended, and the policy is not paused'
  const runs = slotsOf(textOf(fieldAt(cronJob, 'schedule')), textOf(fieldAt(cronJob, 'timeZone')))
  const promised = slotsOf(spec.schedule, spec.timeZone)
  return runs === promised ? undefined : `runs at ‘${runs}’, and the policy promises ‘${promised}’`
}

const slotsOf = (schedule = '', zone = 'UTC') => `${schedule.trim()} ${zone === 'Etc/UTC' ? 'UTC' : zone}`
