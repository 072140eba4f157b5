import { groupedDigits, markdownTable } from './markdown-table.js'

interface Load {
  readonly sessions: number
  readonly jobsPerSecond: number
  readonly p50: number
  readonly p99: number
  readonly cpuPerSession: number
  readonly active: { readonly resident: number; readonly peak: number }
  readonly requests: Readonly<Record<string, number>>
  readonly reconciles: Readonly<Record<string, number>>
  readonly jobs: number
}

interface Run {
  readonly configurations: number
  readonly load: number
  readonly readyMilliseconds: number
  readonly rest?: {
    readonly seconds: number
    readonly cpu: number
    readonly requests: Readonly<Record<string, number>>
  }
  readonly steady?: Load
  readonly burst?: Load
  readonly scrape: { readonly milliseconds: number; readonly kilobytes: number }
}

/** What bench/scale writes. */
export interface ScaleResults {
  readonly machine: { readonly processor: string; readonly cores: number; readonly gibibytes: number }
  readonly node: string
  readonly options: readonly string[]
  readonly larger: string
  readonly runs: Readonly<Record<string, Run>>
  readonly cluster?: Readonly<
    Record<'steady' | 'burst', { readonly p50: number; readonly p99: number; readonly jobsPerSecond: number }>
  > & { readonly sessions: number; readonly rate: number; readonly load?: number }
}

const whole = (value: number) => groupedDigits(Math.round(value))
const tenths = (value: number) => value.toFixed(1)
/** Requests of sessions: not those of the Lease, nor of events, which are limited to two a second. */
const counted = ({ requests, sessions }: Load) =>
  Object.entries(requests).reduce((sum, [key, count]) => (/ (leases|events)/.test(key) ? sum : sum + count), 0) /
  sessions
const reconciled = ({ reconciles, sessions }: Load) =>
  Object.values(reconciles).reduce((sum, count) => sum + count, 0) / sessions

/** The section of docs/performance.md on the controller under load. */
export function scaleMarkdown(results: ScaleResults): string {
  const { machine, node, options, larger, runs } = results
  return `## The controller under load

From \`bench/results/scale.json\`, which \`npm run bench:scale\` writes (after \`npm run build\`, as root on Linux; a quarter of an hour).

The built controller is a process of its own, started as in a pod: Node ${node} with \`${options.join(' ')}\`, a ServiceAccount, TLS.
The API server and the controllers beside it are the sandbox's, in another process; a fake kubelet lets pods run for a
moment and end with the reports of real movers. Claims are ReadWriteOnce, templates are committed, and retention is a day
away, so that a session is measured alone. ${machine.processor}, ${machine.cores} cores, ${machine.gibibytes} GiB, which others used at the same
time (load ${loads(Object.values(runs))}); the two processes went before all others while they were measured.

${goals(runs)}

${restOf(runs['fleet'])}

\`${larger}\` with 10 000 configurations: their heap is beyond that of the default memory limit; raise \`resources\` with the fleet.

### One session among many

A hundred sessions, ten a second, with a hundred, a thousand and ten thousand configurations and half as many ended sessions
with their Jobs and pods. \`spread\`: ten configurations to a Repository. \`shared\`: all on one Repository. Requests without
those for events, which are limited to two a second.

${growth(runs)}
${onCluster(results.cluster)}`
}

function loads(runs: readonly Run[]): string {
  const all = runs.map(({ load }) => load).sort((a, b) => a - b)
  return `${all[0]} to ${all.at(-1)}`
}

function goals(runs: Readonly<Record<string, Run>>): string {
  const { goal, fleet } = runs
  const cells = (value: (run: Run) => string, wanted: string) => [
    ...[goal, fleet].map(run => (run === undefined ? '' : value(run))),
    wanted,
  ]
  const rows: [string, (run: Run) => string, string][] = [
    ['from the start to ready, seconds', run => tenths(run.readyMilliseconds / 1000), ''],
    ['session to Job at 10 sessions/s, p50, ms', run => whole(run.steady?.p50 ?? 0), ''],
    ['session to Job at 10 sessions/s, p99, ms', run => whole(run.steady?.p99 ?? 0), '250'],
    ['Jobs per second, 1 000 sessions at once', run => whole(run.burst?.jobsPerSecond ?? 0), '100'],
    ['session to Job, 1 000 at once, p50 (p99), ms', run => both(run.burst), ''],
    ['MiB resident, 1 000 active and 5 000 Jobs', run => whole(run.burst?.active.resident ?? 0), '110'],
    ['MiB at most so far', run => whole(run.burst?.active.peak ?? 0), ''],
    ['processor ms per session, from creation to end', run => tenths(run.burst?.cpuPerSession ?? 0), ''],
    ['a scrape of /metrics, ms', run => whole(run.scrape.milliseconds), ''],
  ]
  return markdownTable(
    ['configurations', ...[goal, fleet].map(run => whole(run?.configurations ?? 0)), 'goal'],
    rows.map(([name, value, wanted]) => [name, ...cells(value, wanted)]),
  )
}

const both = (load: Load | undefined) => (load === undefined ? '' : `${whole(load.p50)} (${whole(load.p99)})`)

function restOf(run: Run | undefined): string {
  if (run?.rest === undefined) return ''
  const { seconds, cpu, requests } = run.rest
  const kinds = Object.entries(requests).map(([key, count]) => `${count} ${key}`)
  return `At rest with ${whole(run.configurations)} configurations, in ${seconds} seconds: ${kinds.join(', ')}; ${whole(cpu)} ms of processor time.`
}

function growth(runs: Readonly<Record<string, Run>>): string {
  const rows = ['spread', 'shared'].flatMap(layout => {
    const all = [100, 1_000, 10_000].map(count => runs[`${layout}-${count}`]?.steady)
    const row = (name: string, value: (load: Load) => number, digits = 1) => {
      const numbers = all.map(load => (load === undefined ? Number.NaN : value(load)))
      const ratio = (numbers[2] ?? Number.NaN) / (numbers[0] ?? Number.NaN)
      return [`${layout}: ${name}`, ...numbers.map(each => each.toFixed(digits)), ratio.toFixed(2)]
    }
    return [
      row('requests', counted),
      row('reconciles', reconciled),
      row('processor ms', ({ cpuPerSession }) => cpuPerSession),
      row('session to Job, p50, ms', ({ p50 }) => p50),
    ]
  })
  return markdownTable(['a session', '100', '1 000', '10 000', '10 000 / 100'], rows)
}

function onCluster(cluster: ScaleResults['cluster']): string {
  if (cluster === undefined) return ''
  const { sessions, rate, load, steady, burst } = cluster
  const table = markdownTable(
    ['session to Job', 'p50, ms', 'p99, ms', 'Jobs per second'],
    [
      [`${sessions} sessions, ${rate} a second`, whole(steady.p50), whole(steady.p99), tenths(steady.jobsPerSecond)],
      [`${sessions} sessions at once`, whole(burst.p50), whole(burst.p99), tenths(burst.jobsPerSecond)],
    ],
  )
  return `
### On a real API server

A single-node cluster on the same machine, with etcd; the built controller beside it in place of the cluster's own, and Jobs
whose pods fit no node. Measured by a watch, at usual priority${load === undefined ? '' : ` (load ${load})`}.

${table}
`
}
