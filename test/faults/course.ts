import { Conditions } from './api/conditions.js'
import { Controllers } from './controllers.js'
import type { Flow } from './flow.js'
import { furnish, policyObjects } from './furnish.js'
import type { Ground } from './ground.js'
import { Injector } from './injector.js'
import { comparedResources, type EndState, endState } from './oracles/end-state.js'
import { invariants } from './oracles/invariants.js'
import { namespace, type ResticKind } from './place.js'
import type { Plan } from './plan.js'
import type { Point } from './point.js'
import { SimulatedGround } from './simulated-ground.js'
import { Stage } from './stage.js'

/** What became of one flow under one plan. */
export interface Course {
  readonly end: EndState
  readonly points: readonly Point[]
  /** Promises that were broken on the way, as sentences. */
  readonly breaches: readonly string[]
  /** Faults of the plan whose point never came. */
  readonly unmet: readonly string[]
}

/** What the installation of Holdfast brings, and the controller lists. */
const installed = ['functions.holdfast.dev', 'tasks.holdfast.dev']
/** Minutes of rest that follow a flow, in which nothing may be written. */
const rest = 10
/**
 * Requests in the minutes of rest. Each of ten watches is opened again twice or thrice, and one or two are listed; a
 * watch that breaks at each bookmark is opened, and at worst listed, every minute.
 */
const restingRequests = (plan: Plan): number => (plan.conditions.length > 0 ? 220 : 60)

/** Runs a flow from an empty cluster to its end, with everything that the plan has for it. */
export async function runCourse(flow: Flow, plan: Plan, restic: ResticKind): Promise<Course> {
  const injector = new Injector(plan)
  const conditions = new Conditions(plan.conditions)
  const ground = await SimulatedGround.start(injector, conditions, restic)
  const controllers = new Controllers(ground, injector, conditions)
  try {
    for (const resource of installed) conditions.past.found(resource, ground.list(resource))
    ground.subscribe(conditions.past.see)
    await furnish(ground, flow)
    await controllers.start()
    const stage = new Stage(
      ground,
      policyObjects(flow).filter(({ kind }) => flow.withheld?.includes(kind)),
    )
    await ground.clock.advance(2_000)
    await flow.before?.(stage)
    const watched = watch(ground)
    const older = ground.stored()
    injector.begin()
    conditions.begin()
    await flow.act(stage)
    await ground.clock.advance((flow.minutes - rest) * 60_000)
    const unrest = await restlessness(ground, restingRequests(plan))
    const end = await lookAt(flow, ground, stage, older)
    return { end, points: injector.points, breaches: [...watched(), ...unrest], unmet: injector.unmet }
  } finally {
    await controllers.stop().finally(() => ground.stop())
  }
}

/** Begins to watch the invariants; the answer says how they were broken. */
function watch(ground: Ground): () => string[] {
  const scene = {
    now: () => new Date(ground.clock.now()),
    list: (resource: string) => ground.list(resource),
    stored: () => ground.stored(),
  }
  const breaches = new Set<string>()
  const witnesses = invariants.map(({ name, witness }) => ({ name, witness: witness(scene) }))
  const stop = ground.subscribe(change => {
    for (const { name, witness } of witnesses)
      for (const breach of witness.see?.(change) ?? []) breaches.add(`${name}: ${breach}`)
  })
  return () => {
    stop()
    for (const { name, witness } of witnesses)
      for (const breach of witness.end?.() ?? []) breaches.add(`${name}: ${breach}`)
    return [...breaches]
  }
}

/** At rest a controller watches, and does nothing else. */
async function restlessness(ground: Ground, most: number): Promise<string[]> {
  const before = ground.audit.length
  await ground.clock.advance(rest * 60_000)
  const own = ground.audit.slice(before).filter(each => each.userAgent.startsWith('holdfast'))
  const writes = own.filter(each => !['get', 'list', 'watch'].includes(each.verb) && each.resource !== LEASES)
  // The age of a recovery point is kept in whole hours.
  const aged = writes.findIndex(each => each.resource === 'backupconfigurations.holdfast.dev/status')
  if (aged >= 0) writes.splice(aged, 1)
  const requests = own.length - own.filter(each => each.resource === LEASES).length
  return [
    ...writes.map(each => `at rest nothing is written: ${each.verb} ${each.resource} ${each.namespace}/${each.name}`),
    ...(requests > most ? [`at rest there are ${requests} requests in ${rest} minutes`] : []),
  ]
}

const LEASES = 'leases.coordination.k8s.io'

async function lookAt(flow: Flow, ground: Ground, stage: Stage, older: ReadonlySet<string>): Promise<EndState> {
  const snapshots = await ground.snapshots()
  return endState({
    objects: Object.fromEntries(
      comparedResources.map(resource => [
        resource,
        ground.list(resource).filter(each => each.metadata.namespace === namespace),
      ]),
    ),
    snapshots: flow.races === true ? snapshots.filter(({ id }) => older.has(id)) : snapshots,
    damage: await ground.damage(),
    files: Object.fromEntries((flow.compared ?? []).map(claim => [claim, ground.files(namespace, claim)])),
    metrics: await ground.metrics(),
    own: flow.own?.(stage),
  })
}
