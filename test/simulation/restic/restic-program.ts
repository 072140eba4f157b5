import type { Clock } from '../../../runtime/kube/clock.js'
import type { ProcessSpec } from '../../../sandbox/index.js'
import type { ContainerView } from '../container-view.js'

/** One run of restic. Texts are the container’s: its paths, not those of this machine. */
export interface ResticRun {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly view: ContainerView
  readonly spec: ProcessSpec
  readonly clock: Clock
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  readonly terminate: AbortSignal
  readonly kill: AbortSignal
}

export interface ResticEnd {
  readonly code: number | null
  readonly signal: string | null
}

/** A restic, real or not. */
export type ResticProgram = (run: ResticRun) => Promise<ResticEnd>
