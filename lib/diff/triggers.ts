import { labels } from '../api/group.js'
import { namespaceOf } from '../fleet/claim.js'
import { fieldAt, type Manifest, textOf } from '../fleet/manifest.js'
import { type FleetPolicy, policyKey } from '../fleet/policy.js'
import { labelValue } from '../names.js'
import { type Change, positionsOf } from './change.js'
import { type Comparison, pairsOfKind } from './comparison.js'
import { detail } from './difference.js'

/** CronJobs that no longer start what their policy says. */
export function triggerChanges(comparison: Comparison): Change[] {
  const byLabel = (policies: readonly FleetPolicy[]) =>
    new Map(policies.map(policy => [`${policy.namespace}/${labelValue(policy.name)}`, policy]))
  const [old, fresh] = [byLabel(comparison.before.policies), byLabel(comparison.after.policies)]
  return pairsOfKind(comparison, 'CronJob', 'batch').flatMap(({ before, after }): Change[] => {
    const policy = policyOf(after, fresh) ?? policyOf(before, fresh)
    if (policy === undefined) return []
    const subject = `trigger of policy ${policyKey(policy)}`
    if (after === undefined) {
      const sentence =
        'The CronJob that starts its sessions is gone while the policy stays: each run starts late, when the controller makes up for it.'
      const positions = positionsOf(before, policy)
      return [{ severity: 'warning', kind: 'trigger-changed', subject, sentence, details: [], positions }]
    }
    const wrong = disagreements(after, policy)
    const earlier = policyOf(before, old)
    const known = before === undefined || earlier === undefined ? [] : disagreements(before, earlier)
    // What disagreed before is not news; that something else disagrees as well is.
    if (wrong.every(({ field }) => known.some(each => each.field === field))) return []
    return [
      {
        ...{ severity: 'warning', kind: 'trigger-changed', subject, details: wrong },
        sentence: 'The CronJob that starts its sessions disagrees with the policy.',
        positions: positionsOf(before, after),
        advice: 'Synthesize again, and commit both.',
      },
    ]
  })
}

function policyOf(manifest: Manifest | undefined, policies: ReadonlyMap<string, FleetPolicy>) {
  const label = manifest?.object.metadata.labels?.[labels.configuration]
  return manifest === undefined || label === undefined
    ? undefined
    : policies.get(`${namespaceOf(manifest.object)}/${label}`)
}

function disagreements({ object }: Manifest, { spec }: FleetPolicy) {
  const of = (field: string) => fieldAt(object, 'spec', field)
  const wrong = [
    ['schedule', spec.schedule, textOf(of('schedule'))],
    ['timeZone', spec.timeZone ?? 'Etc/UTC', textOf(of('timeZone')) ?? 'Etc/UTC'],
    ['suspend', String(spec.paused === true), String(of('suspend') === true)],
  ] as const
  return wrong.flatMap(([field, policy, cronJob]) =>
    policy === cronJob ? [] : [detail(`${field} of policy and CronJob`, policy, cronJob)],
  )
}
