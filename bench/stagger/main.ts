import { collisionsOf } from '../../lib/collision/collisions.js'
import { fleetOf } from '../../lib/fleet/fleet.js'
import type { Manifest } from '../../lib/fleet/manifest.js'
import { cronOf } from '../../lib/objective/run-pattern.js'
import type { TimeWindow } from '../../lib/objective/time-window.js'
import { timingOf } from '../../lib/objective/timing.js'
import { luckOf } from '../../lib/stagger/board.js'
import type { StaggerJob } from '../../lib/stagger/job.js'
import { solve } from '../../lib/stagger/solve.js'

/*
 * Figures of the stagger solver and of the collision search for 5 000 policies: `node --import tsx bench/stagger/main.ts`.
 * Times are of the processor, so that a busy machine counts for little.
 */
const night: TimeWindow = { from: '22:00', to: '06:00' }
const fleets = [
  { name: 'all day, 50 stores of 4', stores: 50, limit: 4, hours: 26, durations: [10] },
  { name: 'all day, one store, no limit', stores: 1, limit: 60_000, hours: 26, durations: [10] },
  { name: 'night, 30 stores of 4 (87 % full)', stores: 30, limit: 4, hours: 30, durations: [10], window: night },
  {
    name: 'night, 42 stores of 4, 5 to 25 min',
    stores: 42,
    limit: 4,
    hours: 30,
    durations: [5, 10, 10, 20, 25],
    window: night,
  },
  {
    name: 'night, 38 stores of 4, the same (96 %)',
    stores: 38,
    limit: 4,
    hours: 30,
    durations: [5, 10, 10, 20, 25],
    window: night,
  },
] as const

interface FleetShape {
  readonly stores: number
  readonly limit: number
  readonly hours: number
  readonly durations: readonly number[]
  readonly window?: TimeWindow
}

function jobsOf({ stores, limit, hours, durations, window }: FleetShape): StaggerJob[] {
  const result = timingOf({ age: hours * 3_600_000, ...(window === undefined ? {} : { window }) })
  if (!result.ok) throw new Error(result.message)
  const { pattern } = result.timing
  return Array.from({ length: 5000 }, (_, index) => ({
    key: `team-${index % 40}/p${index}`,
    pattern,
    store: `s3:${index % stores}`,
    storeLimit: limit,
    duration: durations[Math.floor(index / stores) % durations.length] ?? 10,
  }))
}

/** Most runs at once on any store. */
function peak(jobs: readonly StaggerJob[], expressionOf: (job: StaggerJob) => string): number {
  const loads = new Map<string, Uint16Array>()
  for (const job of jobs) {
    const [minute, hour] = expressionOf(job).split(' ').map(Number)
    const load = loads.get(job.store) ?? new Uint16Array(1440)
    loads.set(job.store, load)
    for (let step = 0; step < job.duration; step += 1) {
      const at = ((hour ?? 0) * 60 + (minute ?? 0) + step) % 1440
      load[at] = (load[at] ?? 0) + 1
    }
  }
  return Math.max(...[...loads.values()].map(load => Math.max(...load)))
}

function timed<T>(work: () => T): { value: T; ms: number } {
  const began = process.cpuUsage().user
  const value = work()
  return { value, ms: Math.round((process.cpuUsage().user - began) / 1000) }
}

const rows = fleets.map(({ name, ...shape }) => {
  const jobs = jobsOf(shape)
  const { value: plan, ms } = timed(() => solve({ jobs }))
  const hashed = ({ key, pattern }: StaggerJob) =>
    cronOf(pattern, pattern.starts[luckOf(key) % pattern.starts.length] ?? 0)
  const moved = (from: number, previous: typeof plan) =>
    solve({ jobs: jobs.slice(from), previous: previous.schedules }).moved.length
  // Fifty runs of an hour, which find no gap of their length in a full night.
  const long = jobs.slice(0, 50).map((job): StaggerJob => ({ ...job, key: `${job.key}-long`, duration: 60 }))
  const { value: crowded, ms: crowdedMs } = timed(() => solve({ jobs: [...jobs, ...long], previous: plan.schedules }))
  const [without1, without50] = [1, 50].map(count => solve({ jobs: jobs.slice(count), previous: plan.schedules }))
  return {
    fleet: name,
    'ms (cpu)': ms,
    'peak by hash': peak(jobs, hashed),
    peak: peak(jobs, job => plan.schedules.get(job.key)?.expression ?? ''),
    'no place': plan.shortages.reduce((sum, { lost }) => sum + lost.length, 0),
    'moved -1': moved(1, plan),
    'moved +1': without1 === undefined ? '' : moved(0, without1),
    'moved -50': moved(50, plan),
    'moved +50': without50 === undefined ? '' : moved(0, without50),
    '+50 of 1h': `${crowded.moved.length} moved, ${crowded.shortages.reduce((sum, { lost }) => sum + lost.length, 0)} no place, ${crowdedMs} ms`,
  }
})
console.table(rows)

const s3 = (bucket: string) => ({ s3: { endpoint: 's3.example.com', bucket }, storageSecretName: 'keys' })
const manifests = [
  ...Array.from({ length: 40 }, (_, index): Manifest => {
    const metadata = { name: `store-${index}`, namespace: 'shop' }
    const spec = { backend: s3(`store-${index}`) }
    return { object: { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Repository', metadata, spec }, position: '' }
  }),
  ...Array.from({ length: 5000 }, (_, index): Manifest => {
    const metadata = { name: `p${index}`, namespace: 'shop' }
    const spec = {
      target: { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: `p${index}` } },
      repository: { name: `store-${index % 40}` },
      schedule: `${(index * 7) % 60} ${index % 24} * * ${index % 25 === 0 ? index % 7 : '*'}`,
      timeZone: ['Etc/UTC', 'Europe/Berlin', 'America/New_York'][index % 3],
      retentionPolicy: { keepLast: 3 },
    }
    return {
      object: { apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupConfiguration', metadata, spec },
      position: '',
    }
  }),
]
const fleet = fleetOf(manifests)
const { value: found, ms } = timed(() => collisionsOf(fleet, { from: new Date('2026-01-01T00:00:00Z') }))
console.log(
  `collisions of ${fleet.policies.length} policies in three time zones over a year: ${found.length}, ${ms} ms (cpu)`,
)
