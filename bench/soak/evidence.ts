import type { Ground } from '../../test/cluster/faults/ground.js'
import type { Fleet } from './fleet.js'
import type { FaultRecord } from './journal.js'
import type { Recorder } from './recorder.js'
import type { RestoreResult } from './restore-result.js'

/** What an audit looks at. */
export interface Evidence {
  readonly ground: Ground
  readonly fleet: Fleet
  readonly recorder: Recorder
  readonly faults: readonly FaultRecord[]
  readonly restored: readonly RestoreResult[]
}

/** One question of the audit, how many things it was asked of, and where the answer is no. */
export interface Finding {
  readonly question: string
  readonly asked: number
  readonly problems: readonly string[]
}
