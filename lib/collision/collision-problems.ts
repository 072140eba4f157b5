import type { Problem } from '../problem.js'
import { type Collision, type CollisionParty, type CollisionRule, collisionRules } from './collision.js'

const remedies: Record<CollisionRule, string> = {
  claim: 'Give the claim one policy, or them times that are further apart',
  self: 'Run it less often, or say expectedDuration',
  cronJob: 'Move one of them',
  store: 'Use rpo, so that they are spread, or raise maxConcurrentSessions',
  maintenance: 'Spread the policies over more repositories, or run them less often',
  nodePool: 'Use rpo and a Stagger with this limit, so that they are spread',
  storageClass: 'Use rpo and a Stagger with this limit, so that they are spread',
}
/** Parties that are named. */
const mostNamed = 6

/** Collisions in words (HF5203), each at the party that comes too much. */
export function collisionProblems(collisions: readonly Collision[]): Problem[] {
  return collisions.flatMap(collision => {
    const { rule, subject, first, times, parties, detail } = collision
    const last = parties.at(-1)
    if (last === undefined) return []
    const minute = first.toISOString().slice(0, 16).concat('Z')
    const others = parties.slice(0, -1)
    const named = others.slice(0, mostNamed).map(described)
    const more = others.length > mostNamed ? [`${others.length - mostNamed} more`] : []
    const beside = others.length === 0 ? '' : `, beside ${[...named, ...more].join('; ')}`
    const often = times === 1 ? 'once' : `${times} times`
    const message = `${subject}: ${collisionRules[rule]}; first at ${minute} (${last.localRun} ${last.timeZone}), ${often} a year${beside}; ${detail}. ${remedies[rule]}`
    const object = `${last.kind} ${last.namespace}/${last.name}`
    return [{ code: 'HF5203' as const, object, path: 'spec.schedule', message, source: last.position }]
  })
}

function described({ kind, namespace, name, localRun, timeZone, position }: CollisionParty): string {
  return `${kind} ${namespace}/${name} at ${localRun} ${timeZone} (${position})`
}
