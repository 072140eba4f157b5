import { resticKinds } from './place.js'
import { planOf } from './plan.js'
import { nameOf } from './point.js'
import { replayOf, tryOut } from './trial.js'

/** Runs one trial again: `<flow> <real|recorded> '<plan>' ['<plan of the course to compare with>']`. */
async function main([flow = '', kind = 'recorded', plan = '', like]: readonly string[]): Promise<number> {
  const restic = resticKinds.find(each => each === kind) ?? 'recorded'
  const trial = { flow, restic, plan: planOf(plan), ...(like === undefined ? {} : { like: planOf(like) }) } as const
  const { problems, unmet, course } = await tryOut(trial)
  process.stdout.write(`${course.points.map(nameOf).join('\n')}\n\n${replayOf(trial)}\n`)
  for (const each of unmet) process.stdout.write(`never came: ${each}\n`)
  for (const each of problems) process.stdout.write(`${each}\n`)
  process.stdout.write(problems.length === 0 ? 'survived\n' : `${problems.length} problems\n`)
  return problems.length === 0 ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
