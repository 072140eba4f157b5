// One run in a process of its own: a population, the controller, a load; prints what it measured as JSON.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ControllerProcess } from './controller-process.js'
import { type Layout, system } from './fleet.js'
import { Load, percentile } from './load.js'
import { populate } from './population.js'
import { goAsUsual, goFirst } from './priority.js'
import { Stage } from './stage.js'

const { values } = parseArgs({
  options: {
    configurations: { type: 'string', default: '100' },
    jobs: { type: 'string', default: '0' },
    layout: { type: 'string', default: 'spread' },
    rest: { type: 'string', default: '0' },
    steady: { type: 'string', default: '0' },
    rate: { type: 'string', default: '10' },
    burst: { type: 'string', default: '0' },
    node: { type: 'string', default: process.execPath },
    extra: { type: 'string', multiple: true, default: [] },
    /** Node options in place of the Deployment's, separated by spaces. */
    flags: { type: 'string' },
  },
})
const numbers = (name: 'configurations' | 'jobs' | 'rest' | 'steady' | 'rate' | 'burst') => Number(values[name])
const note = (text: string) => process.stderr.write(`${(performance.now() / 1000).toFixed(1)} s  ${text}\n`)

const stage = await Stage.start()
const results: Record<string, unknown> = { configurations: numbers('configurations'), layout: values.layout }
const members = await populate(stage.registry, {
  configurations: numbers('configurations'),
  endedJobs: numbers('jobs'),
  layout: values.layout as Layout,
})
note(`${members.length} configurations`)
const { container } = system()
const controller = await ControllerProcess.start(
  values.flags === undefined ? container : { ...container, command: values.flags.split(' ') },
  stage,
  {
    node: values.node,
    extra: values.extra,
  },
)
note(`ready after ${Math.round(controller.readyAfter)} ms, ${JSON.stringify(controller.memory())}`)
results['readyMilliseconds'] = controller.readyAfter
await quiet()
results['settled'] = { ...controller.memory(), cpu: controller.cpu(), requests: byResource(0) }
note(
  `settled ${JSON.stringify(controller.memory())}, heap ${JSON.stringify(await controller.heap())}, cpu ${controller.cpu()}`,
)
const load = new Load(stage)

if (numbers('rest') > 0) {
  const [mark, cpu] = [stage.audit.length, controller.cpu()]
  await sleep(numbers('rest') * 1000)
  results['rest'] = { seconds: numbers('rest'), cpu: controller.cpu() - cpu, requests: byResource(mark) }
  note(`rest ${JSON.stringify(results['rest'])}`)
}
if (numbers('steady') > 0) results['steady'] = await measured(numbers('steady'), numbers('rate'))
if (numbers('burst') > 0) results['burst'] = await measured(numbers('burst'), Number.POSITIVE_INFINITY)
results['scrape'] = await controller.scrape()
results['memory'] = controller.memory()
note(JSON.stringify(results['memory']))
await controller.stop()
await stage.stop()
process.stdout.write(`${JSON.stringify(results)}\n`)

/** Waits until the controller has made no request for a second, but for its Lease and the events it spreads in time. */
async function quiet(): Promise<void> {
  const count = () => stage.audit.filter(({ resource }) => !/^(leases|events)/.test(resource)).length
  for (let before = -1; before !== count(); ) {
    before = count()
    await sleep(1000)
  }
}

async function measured(sessions: number, rate: number): Promise<object> {
  load.reset()
  results['first'] = goFirst([process.pid, controller.pid])
  const [mark, cpu, began] = [stage.audit.length, controller.cpu(), performance.now()]
  const own = process.cpuUsage()
  const before = await controller.reconciles()
  stage.mover.runFor = Number.isFinite(rate) ? 200 : 'never'
  const chosen = members.slice(0, sessions)
  await load.make(chosen, rate)
  await load.jobsMade()
  const { sorted, perSecond } = load.latencies()
  const jobsCpu = controller.cpu() - cpu
  await sleep(2000)
  const active = { ...controller.memory(), heap: await controller.heap() }
  if (!Number.isFinite(rate)) {
    stage.mover.runFor = 0
    stage.mover.endAll()
  }
  await load.allEnded()
  const endedAfter = performance.now() - began
  goAsUsual([process.pid, controller.pid])
  await quiet()
  const used = process.cpuUsage(own)
  const outcome = {
    sessions,
    jobsPerSecond: perSecond,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    jobsCpu,
    endedAfter,
    cpuPerSession: (controller.cpu() - cpu) / sessions,
    sandboxCpuPerSession: (used.user + used.system) / 1000 / sessions,
    active,
    requests: byResource(mark),
    reconciles: Object.fromEntries(
      Object.entries(await controller.reconciles()).map(([kind, count]) => [kind, count - (before[kind] ?? 0)]),
    ),
    jobs: stage.registry.store.list('jobs.batch').length,
  }
  note(JSON.stringify(outcome))
  return outcome
}

/** Requests since a mark, by verb and resource. */
function byResource(mark: number): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { verb, resource, code } of stage.audit.slice(mark)) {
    const key = `${verb} ${resource}${code >= 400 ? ` ${code}` : ''}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}
