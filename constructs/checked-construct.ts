import { Construct } from 'constructs'
import { formatProblem, type Problem, type SourcePosition } from '../lib/problem.js'
import { fleetMember, type WrittenSnapshot, watchFleet } from './fleet-check.js'
import { rememberCaller } from './source-position.js'

/**
 * A construct that says everything that is wrong with it when the app is synthesized, together with all others and
 * before any file is written. Its constructor never throws over what it was given.
 */
export abstract class CheckedConstruct extends Construct {
  readonly [fleetMember] = true
  readonly #caller: () => SourcePosition | undefined
  readonly #warned = new Set<string>()

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.#caller = rememberCaller(new.target)
    this.node.addValidation({
      validate: () => {
        this.#warn()
        return this.problems().map(formatProblem)
      },
    })
    watchFleet(this)
  }

  /** Where the construct was created, when the engine can tell. */
  get source(): SourcePosition | undefined {
    return this.#caller()
  }

  /** Everything that is wrong with this construct, at the moment. */
  problems(): Problem[] {
    return this.#placed(this.findProblems())
  }

  /** What works today and will not for ever; synthesis says it and goes on. */
  warnings(): Problem[] {
    return this.#placed(this.findWarnings())
  }

  /** Snapshots that this construct’s backups write: no two may be the same. */
  writes(): readonly WrittenSnapshot[] {
    return []
  }

  protected abstract findProblems(): Problem[]

  protected findWarnings(): Problem[] {
    return []
  }

  // A synth validates more than once.
  #warn(): void {
    for (const warning of this.warnings()) {
      const text = formatProblem(warning)
      if (this.#warned.has(text)) continue
      this.#warned.add(text)
      process.emitWarning(text, { type: 'HoldfastWarning', code: warning.code })
    }
  }

  #placed(found: Problem[]): Problem[] {
    if (found.length === 0) return found
    const { source } = this
    return source === undefined ? found : found.map(problem => ({ source, ...problem }))
  }
}
