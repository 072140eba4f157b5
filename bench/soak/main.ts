import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CONFIGURATIONS } from '../../runtime/controller/objects.js'
import { root } from '../../scripts/tools.mjs'
import { removeOwnTasks } from '../../test/behaviour/own-task.js'
import { catalogue } from '../../test/cluster/faults/catalogue.js'
import { Ground } from '../../test/cluster/faults/ground.js'
import { audit } from './audit.js'
import { drive } from './driver.js'
import type { Evidence } from './evidence.js'
import { type Fleet, makeFleet } from './fleet.js'
import { Journal } from './journal.js'
import { persistently } from './persistence.js'
import { type PlannedFault, planFaults } from './plan.js'
import { Recorder } from './recorder.js'
import { report } from './report.js'
import type { Run } from './run.js'
import { sabotage } from './saboteur.js'
import { settle } from './settling.js'

const usage = `Runs the whole system on the cluster of KUBECONFIG, breaks it all the time, and audits what is left.
usage: npm run soak -- [--minutes 60] [--seed 1]

The same seed gives the same faults in the same order, and the same contents of all volumes.
`

const results = join(root, 'build/results')

function planned(seed: number, minutes: number): PlannedFault[] {
  const plan = planFaults(seed, minutes, catalogue)
  writeFileSync(join(results, 'soak-plan.json'), `${JSON.stringify({ seed, minutes, plan }, undefined, 1)}\n`)
  process.stdout.write(`seed ${seed}, ${minutes} minutes; the plan, as far as time allows:\n`)
  for (const { number, fault, pause, lasts } of plan) {
    process.stdout.write(`  ${number}. after ${pause} s: ${fault}, for ${lasts} s\n`)
  }
  return plan
}

/** Some time before the end the policy that leaves is deleted, so that what goes with it can be audited. */
async function letGo({ ground, journal }: Run, fleet: Fleet): Promise<void> {
  for (const { name, namespace } of fleet.policies.filter(each => each.leaves)) {
    await persistently(() => ground.client.delete(CONFIGURATIONS, name, namespace))
    journal.note(`policy ${name} is deleted`)
  }
}

async function soak(ground: Ground, seed: number, minutes: number): Promise<number> {
  const plan = planned(seed, minutes)
  const fleet = await makeFleet(ground, seed)
  const journal = new Journal(join(results, 'soak-journal.jsonl'))
  journal.note(`${fleet.policies.length} policies, ${fleet.stores.length} stores`)
  const until = new Date(Date.now() + minutes * 60_000)
  const recorder = new Recorder(ground)
  const run: Run = { ground, recorder, journal, seed, until, restored: [] }
  const driven = fleet.policies.map(async policy => {
    await drive(run, policy)
    if (policy.leaves === true) await letGo(run, fleet)
  })
  await Promise.all([...driven, sabotage(plan, until, { ground, fleet, journal, seed })])
  await settle(ground, fleet, recorder, journal)
  await recorder.stop()
  const evidence: Evidence = { ground, fleet, recorder, faults: journal.faults, restored: run.restored }
  return report(join(results, 'soak.json'), { seed, minutes }, evidence, await audit(evidence))
}

/** Whoever interrupts a soak gets the cluster back whole. */
function abandon(ground: Ground): void {
  process.stdout.write('interrupted: making the cluster whole again\n')
  ground.stop().then(
    () => process.exit(130),
    error => {
      process.stderr.write(`${error}\n`)
      process.exit(130)
    },
  )
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  mkdirSync(results, { recursive: true })
  const ground = await Ground.start()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abandon(ground))
  try {
    return (await soak(ground, Number(values.seed), Number(values.minutes))) === 0 ? 0 : 1
  } finally {
    // Whatever ended the soak may have left a program killed.
    await ground.programs.up()
    await persistently(() => removeOwnTasks(ground.world))
    await ground.stop()
  }
}

process.exitCode = await main()
