import { type Fault, type Plan, textOfFault } from './plan.js'
import { type Deed, nameOf, type Point, PointLog } from './point.js'

/** Hears of every deed, counts it, and answers what befalls it. */
export class Injector {
  readonly #log = new PointLog()
  readonly #waiting: Map<string, Fault>
  #listening = false

  constructor({ faults }: Plan) {
    this.#waiting = new Map(faults.map(fault => [nameOf(fault.at), fault]))
  }

  /** From now on deeds count; what came before belongs to the flow's past. */
  begin(): void {
    this.#listening = true
  }

  meet(deed: Deed): Fault | undefined {
    if (!this.#listening) return undefined
    const name = nameOf(this.#log.note(deed))
    const fault = this.#waiting.get(name)
    this.#waiting.delete(name)
    return fault
  }

  /** Every point since {@link begin}, in its order. */
  get points(): readonly Point[] {
    return this.#log.points
  }

  /** Faults whose point never came. */
  get unmet(): readonly string[] {
    return [...this.#waiting.values()].map(textOfFault)
  }
}
