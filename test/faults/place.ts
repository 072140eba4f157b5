/** Where the flows happen. */
export const namespace = 'shop'

/** Files of a claim by path. */
export type Files = Readonly<Record<string, string>>

/** The real restic, or answers that were recorded from it, about a model of the repository. */
export const resticKinds = ['real', 'recorded'] as const
export type ResticKind = (typeof resticKinds)[number]
