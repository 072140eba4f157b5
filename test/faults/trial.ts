import { type Course, runCourse } from './course.js'
import { loadFlow } from './flow-list.js'
import { afterKill, afterMaintainKill, killsIn, lesserEnd, staleView, unheard } from './oracles/allowance.js'
import { differences, sentenceOf } from './oracles/difference.js'
import type { EndState } from './oracles/end-state.js'
import type { ResticKind } from './place.js'
import { type Fault, type Plan, textOfPlan, undisturbed } from './plan.js'
import { givenSeed } from './seeded.js'

/** One course that is to end like another one: by default like the undisturbed one. */
export interface Trial {
  readonly flow: string
  readonly restic: ResticKind
  readonly plan: Plan
  /** What the end is compared with. */
  readonly like?: Plan
}

/** What a trial found; survived when there are no problems. */
export interface Finding {
  readonly trial: Trial
  readonly problems: readonly string[]
  /** Faults whose point never came: nothing was tried there. */
  readonly unmet: readonly string[]
  readonly course: Course
}

const baselines = new Map<string, Promise<Course>>()

/** The course that a plan takes; each is run once. */
export function baseline(flow: string, restic: ResticKind, plan: Plan = undisturbed): Promise<Course> {
  const key = `${flow} ${restic} ${textOfPlan(plan)}`
  const known = baselines.get(key)
  if (known !== undefined) return known
  const running = loadFlow(flow).then(each => runCourse(each, plan, restic))
  baselines.set(key, running)
  return running
}

/** Runs one trial and judges it. */
export async function tryOut(trial: Trial): Promise<Finding> {
  const { flow, restic, plan, like = undisturbed } = trial
  const expected = await baseline(flow, restic, like)
  const course = await runCourse(await loadFlow(flow), plan, restic)
  const killed = killsIn(plan).slice(killsIn(like).length)
  const differing = judged(plan, killed[0], expected.end, course.end)
  return {
    trial,
    problems: [...course.breaches, ...differing],
    unmet: course.unmet,
    course,
  }
}

function judged(plan: Plan, kill: Fault | undefined, expected: EndState, actual: EndState): string[] {
  if (kill?.at.deed.startsWith('maintain ')) return afterMaintainKill(expected, actual)
  if (kill !== undefined) return afterKill(kill, expected, actual)
  const session = unheard(expected, actual)
  if (session !== undefined) return lesserEnd(session, ['PartiallySucceeded'], expected, actual)
  const isStale =
    plan.conditions.length > 0 || plan.faults.some(({ effect }) => effect === 'freeze' || effect === 'crash-stale')
  return differences(expected, actual)
    .filter(each => !isStale || !staleView(each))
    .map(sentenceOf)
}

/** The command that runs a trial again and shows every step of it. */
export const replayOf = ({ flow, restic, plan, like }: Trial): string =>
  [
    ...(givenSeed === undefined ? [] : [`HOLDFAST_FAULTS_SEED=${givenSeed}`]),
    'node --import tsx test/faults/replay.ts',
    flow,
    restic,
    quoted(plan),
    ...(like === undefined ? [] : [quoted(like)]),
  ].join(' ')

const quoted = (plan: Plan): string => `'${textOfPlan(plan)}'`
