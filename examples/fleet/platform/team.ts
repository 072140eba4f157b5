import type { PolicyDefaults, Repository } from 'holdfast'

/** What the platform gives a team: its own repository, and who its movers run as. */
export type TeamDefaults = PolicyDefaults<{ readonly repository: Repository; readonly readAs: ReadAs }>

export interface ReadAs {
  readonly user: number
  readonly group: number
}

/** What a team says about its volumes. */
export interface Team {
  readonly namespace: string
  /** The user and group that the team’s applications run as. */
  readonly readAs: ReadAs
  readonly policies: (defaults: TeamDefaults) => void
}
