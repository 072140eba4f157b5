import { appendFileSync, writeFileSync } from 'node:fs'
import type { Mover } from '../../test/cluster/faults/mover.js'

/** A fault as it really happened. */
export interface FaultRecord {
  readonly number: number
  readonly fault: string
  readonly of: string
  readonly from: Date
  /** When all was whole again; absent while it is not. */
  healed?: Date
  /** Pods that it hit; absent for a fault of programs, which hits everybody. */
  readonly hit?: readonly Mover[]
  /** Dead pods whose locks Holdfast should have removed and did not; absent when there are none. */
  stuckLocks?: readonly string[]
}

/** What happened, in order: on the terminal for a person, and as a line of JSON each for a program. */
export class Journal {
  readonly faults: FaultRecord[] = []
  readonly #file: string
  readonly #began = Date.now()

  constructor(file: string) {
    this.#file = file
    writeFileSync(file, '')
  }

  note(what: string, details: Readonly<Record<string, unknown>> = {}): void {
    const elapsed = Math.round((Date.now() - this.#began) / 1000)
    const clock = `${String(Math.floor(elapsed / 60)).padStart(2, '0')}:${String(elapsed % 60).padStart(2, '0')}`
    process.stdout.write(`${clock}  ${what}\n`)
    appendFileSync(this.#file, `${JSON.stringify({ time: new Date().toISOString(), what, ...details })}\n`)
  }
}
