export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped'

/** One line of a timeline; `key` tells it from the others while its words change. */
export interface Step {
  readonly key: string
  readonly state: StepState
  readonly text: string
  /** What is known beside, printed fainter. */
  readonly detail?: string
}

export const isOver = (step: Step): boolean => step.state !== 'waiting' && step.state !== 'running'
