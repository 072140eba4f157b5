import type { Chart } from 'cdk8s'
import type { Files, ResticKind } from './place.js'
import type { Stage } from './stage.js'

/**
 * One thing that Holdfast does, from the objects in git to the end. The folder `flows` holds one per file, exported as
 * `flow`; whatever lies there is explored.
 */
export interface Flow {
  /** Like its file. */
  readonly name: string
  /** What the flow is about, as a sentence. */
  readonly summary: string
  /** Claims that exist from the start, with their files. */
  readonly claims: Readonly<Record<string, Files>>
  /** The policies of the flow, as they lie in git. */
  readonly policies: (chart: Chart) => void
  /** Kinds among the policies that git brings only when the flow says so. */
  readonly withheld?: readonly string[]
  /** What has happened before, undisturbed. */
  readonly before?: (stage: Stage) => Promise<void>
  /** What people and schedules do: faults count from here. */
  readonly act: (stage: Stage) => Promise<void>
  /** Virtual minutes after which the flow is looked at; long enough for two crashes and what they cost. */
  readonly minutes: number
  /** Claims whose files are compared at the end. */
  readonly compared?: readonly string[]
  /** The mover is stopped in the middle, so whether it still stored its snapshot is a race: only older ones are compared. */
  readonly races?: boolean
  /** Which restic can play the flow; both by default. */
  readonly restics?: readonly ResticKind[]
  /** What else the flow has to show for itself. */
  readonly own?: (stage: Stage) => unknown
}
