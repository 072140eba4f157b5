import type { Duration } from 'cdk8s'
import type { Construct } from 'constructs'
import { z } from 'zod'
import type { Problem } from '../lib/problem.js'
import { validateObject } from '../lib/schema/validate.js'
import type { StaggerLimits } from '../lib/stagger/job.js'
import { CheckedConstruct } from './checked-construct.js'
import { RunRegistry } from './run-registry.js'

export interface StaggerProps {
  /** Most runs at once. A Repository’s `maxConcurrentSessions` holds as well. @default - only that */
  readonly limits?: StaggerLimits
  /** How long sessions usually take whose policy does not say it. @default 10 minutes */
  readonly expectedDuration?: Duration
  /** The lock file, in the project’s directory. @default - the context `holdfast.dev/lock`, else holdfast.lock */
  readonly lock?: string
}

const count = z.int().min(1).max(60_000)
const limit = z.union([count, z.record(z.string(), count)]).optional()
const limitsSchema = z.strictObject({ perStore: limit, perNodePool: limit, perStorageClass: limit }).optional()

/**
 * How the runs of all policies with an `rpo` are spread in this app. Without it they are spread as well, within what
 * the Repositories allow at once.
 */
export class Stagger extends CheckedConstruct {
  readonly #props: StaggerProps
  readonly #isSecond: boolean

  constructor(scope: Construct, id: string, props: StaggerProps = {}) {
    super(scope, id)
    this.#props = props
    this.#isSecond = !RunRegistry.of(this).configure({
      ...(props.limits === undefined ? {} : { limits: props.limits }),
      ...(props.lock === undefined ? {} : { lock: props.lock }),
      ...(props.expectedDuration === undefined
        ? {}
        : { expectedDuration: props.expectedDuration.toMilliseconds({ integral: false }) }),
    })
  }

  protected findProblems(): Problem[] {
    const object = this.node.path
    const { limits, expectedDuration } = this.#props
    const found = validateObject({ spec: z.looseObject({ limits: limitsSchema }) }, { spec: { limits } }, object)
    const problems = found.map(problem => ({ ...problem, path: problem.path.replace(/^spec\./, '') }))
    if (this.#isSecond) {
      const message = 'is the second Stagger of the app; limits hold for the whole app, so it has one'
      problems.push({ code: 'HF1003', object, path: '', message })
    }
    if (expectedDuration !== undefined && expectedDuration.toMilliseconds({ integral: false }) < 60_000) {
      problems.push({ code: 'HF1002', object, path: 'expectedDuration', message: 'expected at least a minute' })
    }
    return problems
  }
}
