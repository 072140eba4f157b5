import type { StepReport } from '../../lib/report.js'
import type { Flags } from './flags.js'
import type { Pod } from './pod.js'

/** How a step ended; its other findings it has told the pod by `know`. */
export type Ending = Pick<StepReport, 'outcome'> & Partial<StepReport>

/** The work of a step. It throws StepFailure when it cannot go on. */
export type StepBody = (flags: Flags, pod: Pod) => Promise<Ending>
