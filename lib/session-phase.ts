export const sessionPhases = ['Pending', 'Running', 'Succeeded', 'PartiallySucceeded', 'Failed', 'Skipped'] as const
export type SessionPhase = (typeof sessionPhases)[number]

export const restorePhases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Skipped'] as const
export type RestorePhase = (typeof restorePhases)[number]

/** A phase that nothing leaves any more. */
export function isFinal(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'PartiallySucceeded' || phase === 'Failed' || phase === 'Skipped'
}
