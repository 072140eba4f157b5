import { setTimeout as sleep } from 'node:timers/promises'
import { labels } from '../../lib/api/group.js'
import type { Member } from './fleet.js'
import { put, sessionOf } from './population.js'
import type { Stage } from './stage.js'

const terminal = new Set(['Succeeded', 'PartiallySucceeded', 'Failed', 'Skipped'])

/** Makes sessions and notes when each got its Job and its end, by the clock of the API server. */
export class Load {
  readonly #stage: Stage
  readonly #created = new Map<string, number>()
  readonly #jobs = new Map<string, number>()
  readonly #ended = new Map<string, string>()
  #number = 0

  constructor(stage: Stage) {
    this.#stage = stage
    stage.registry.store.subscribe(({ resource, type, object }) => {
      const { namespace, name, labels: own = {} } = object.metadata
      if (resource === 'jobs.batch' && type === 'ADDED') {
        const session = `${namespace}/${own[labels.session]}`
        if (this.#created.has(session)) this.#jobs.set(session, performance.now())
      }
      if (resource !== 'backupsessions.holdfast.dev' || !this.#created.has(`${namespace}/${name}`)) return
      const { phase = '', conditions } = (object['status'] ?? {}) as { phase?: string; conditions?: unknown }
      if (terminal.has(phase)) this.#ended.set(`${namespace}/${name}`, phase)
      if (terminal.has(phase) && phase !== 'Succeeded') process.stderr.write(`${name}: ${JSON.stringify(conditions)}\n`)
    })
  }

  /** One session of each member, `perSecond` of them each second; all at once without a rate. */
  async make(members: readonly Member[], perSecond = Number.POSITIVE_INFINITY): Promise<void> {
    const began = performance.now()
    for (const [index, member] of members.entries()) {
      const wait = began + (index * 1000) / perSecond - performance.now()
      if (wait > 0) await sleep(wait)
      const name = `${member.name}-run-${this.#number++}`
      this.#created.set(`${member.namespace}/${name}`, performance.now())
      put(this.#stage.registry, sessionOf(this.#stage.registry, member, name))
    }
  }

  async jobsMade(): Promise<void> {
    await this.#until(
      () => this.#jobs.size === this.#created.size,
      () => `${this.#jobs.size} Jobs`,
    )
  }

  async allEnded(): Promise<void> {
    await this.#until(
      () => this.#ended.size === this.#created.size,
      () => `${this.#ended.size} ended`,
    )
    const other = [...this.#ended].find(([, phase]) => phase !== 'Succeeded')
    if (other !== undefined) throw new Error(`session ${other[0]} ended as ${other[1]}`)
  }

  /** Milliseconds from each session to its Job, in order; and Jobs per second from the first session to the last Job. */
  latencies(): { sorted: number[]; perSecond: number } {
    const all = [...this.#created].map(([session, at]) => (this.#jobs.get(session) ?? Number.NaN) - at)
    const first = Math.min(...this.#created.values())
    const last = Math.max(...this.#jobs.values())
    return { sorted: all.sort((a, b) => a - b), perSecond: (this.#jobs.size * 1000) / (last - first) }
  }

  /** Forgets what was made so far: the next figures are of what comes. */
  reset(): void {
    this.#created.clear()
    this.#jobs.clear()
    this.#ended.clear()
  }

  async #until(holds: () => boolean, state: () => string): Promise<void> {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) if (holds()) return
    throw new Error(`after a minute ${state()} of ${this.#created.size}`)
  }
}

export const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
