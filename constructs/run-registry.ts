import type { IConstruct } from 'constructs'
import type { WrittenSchedule } from '../lib/calendar/slots.js'
import { defaultExpectedDuration } from '../lib/objective/expected-duration.js'
import { cronOf, type RunPattern } from '../lib/objective/run-pattern.js'
import type { Problem, SourcePosition } from '../lib/problem.js'
import type { Burden, FixedRun, StaggerJob, StaggerLimits } from '../lib/stagger/job.js'
import { formatLock, lockFileName } from '../lib/stagger/lock.js'
import { shortageProblem } from '../lib/stagger/shortage.js'
import { type StaggerPlan, solve } from '../lib/stagger/solve.js'
import { storageClassesBelow } from './claim-storage.js'
import { forgetWarning, type LockFile, readLockFile, warnUnlessWritten } from './stagger-lock.js'
import { addExtraFiles } from './synth/extra-files.js'

/** The context that names the lock file. */
export const lockContext = 'holdfast.dev/lock'

/** A policy whose runs burden something. */
export interface StaggeredPolicy {
  readonly construct: IConstruct & { readonly source: SourcePosition | undefined }
  /** `namespace/name`. */
  readonly key: string
  /** Present when the time is to be assigned. */
  readonly pattern: RunPattern | undefined
  /** Present when the policy has a schedule of its own. */
  readonly schedule: WrittenSchedule | undefined
  /** What a run burdens; the duration is absent when the policy does not say it. */
  readonly burden: Omit<Burden, 'duration' | 'storageClass'>
  /** `namespace/name` of the claim. */
  readonly claim: string
  /** Milliseconds. */
  readonly expectedDuration: number | undefined
}

export interface StaggerSettings {
  readonly limits?: StaggerLimits
  /** Milliseconds. */
  readonly expectedDuration?: number
  readonly lock?: string
}

interface Solution {
  readonly plan: StaggerPlan
  readonly lock: LockFile
  readonly text: string
  readonly members: number
}

// A symbol of the whole process, so that two installed copies of this package spread their runs together.
const registries = Symbol.for('holdfast.dev/RunRegistry')

interface Carrier extends IConstruct {
  [registries]?: RunRegistry
}

/** All policies of an app, and the times that they are assigned together, once for a synth. */
export class RunRegistry {
  static of(construct: IConstruct): RunRegistry {
    const root: Carrier = construct.node.root
    root[registries] ??= new RunRegistry(root)
    return root[registries]
  }

  readonly #root: IConstruct
  readonly #policies: StaggeredPolicy[] = []
  #settings: StaggerSettings | undefined
  #solution: Solution | undefined
  #writes = false

  private constructor(root: IConstruct) {
    this.#root = root
  }

  add(policy: StaggeredPolicy): void {
    this.#policies.push(policy)
    this.#solution = undefined
    if (policy.pattern === undefined || this.#writes) return
    this.#writes = true
    addExtraFiles(this.#root, () => this.#lockFiles())
  }

  /** False when there are settings already. */
  configure(settings: StaggerSettings): boolean {
    if (this.#settings !== undefined) return false
    this.#settings = settings
    this.#solution = undefined
    return true
  }

  /** The time that a policy with an objective is assigned. */
  scheduleOf({ key, pattern }: { readonly key: string; readonly pattern: RunPattern }): WrittenSchedule {
    const found = this.#solve().plan.schedules.get(key)
    return found ?? { expression: cronOf(pattern, pattern.starts[0] ?? 0), timeZone: pattern.timeZone }
  }

  /** What is wrong between the runs of all policies: no room for them (HF5202), or a lock file of no use (HF5204). */
  problems(): Problem[] {
    // A construct may have been taken out of the tree.
    if (this.#solution !== undefined && this.#solution.members !== this.#members().length) this.#solution = undefined
    if (!this.#policies.some(({ pattern }) => pattern !== undefined)) return []
    const { plan, lock, text } = this.#solve()
    if (text === lock.text) forgetWarning(lock.path)
    else warnUnlessWritten(lock.path)
    const byKey = new Map(this.#policies.map(policy => [policy.key, policy.construct]))
    const shortages = plan.shortages.map(shortageProblem).map((problem): Problem => {
      const construct = byKey.get(problem.object)
      const source = construct?.source
      return { ...problem, object: construct?.node.path ?? problem.object, ...(source === undefined ? {} : { source }) }
    })
    return [...(lock.read.ok ? [] : lock.read.problems), ...shortages]
  }

  #members(): StaggeredPolicy[] {
    return this.#policies.filter(({ construct: { node } }) => node.scope?.node.tryFindChild(node.id)?.node === node)
  }

  #solve(): Solution {
    if (this.#solution !== undefined) return this.#solution
    const members = this.#members()
    const { limits = {}, expectedDuration = defaultExpectedDuration } = this.#settings ?? {}
    const classes = limits.perStorageClass === undefined ? undefined : storageClassesBelow(this.#root)
    const jobs: StaggerJob[] = []
    const fixed: FixedRun[] = []
    for (const { key, pattern, schedule, claim, burden: own, expectedDuration: usual = expectedDuration } of members) {
      const storageClass = classes?.get(claim)
      const duration = Math.ceil(usual / 60_000)
      const burden = { ...own, duration, ...(storageClass === undefined ? {} : { storageClass }) }
      if (pattern !== undefined) jobs.push({ key, pattern, ...burden })
      else if (schedule !== undefined) fixed.push({ key, schedule, ...burden })
    }
    const lock = readLockFile(this.#lockPath())
    const previous = lock.read.ok ? lock.read.schedules : new Map<string, WrittenSchedule>()
    const plan = solve({ jobs, fixed, limits, previous })
    this.#solution = { plan, lock, text: formatLock(plan.schedules), members: members.length }
    return this.#solution
  }

  #lockPath(): string {
    const context: unknown = this.#root.node.tryGetContext(lockContext)
    return this.#settings?.lock ?? (context === undefined ? lockFileName : String(context))
  }

  #lockFiles() {
    const { plan, lock, text } = this.#solve()
    forgetWarning(lock.path)
    for (const { key, from, to, reason } of plan.moved) {
      process.stdout.write(`${lock.path}: ${key} moves from '${from.expression}' to '${to.expression}': ${reason}\n`)
    }
    return text === '' ? [] : [{ path: lock.path, base: 'project' as const, text }]
  }
}
