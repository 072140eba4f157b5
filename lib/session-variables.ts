/**
 * Variables that are known only when a session runs. In a template they stand as `$(NAME)`; the controller gives
 * each container their values as environment variables, in front of all others.
 */
export const sessionVariables = {
  BACKUP_SESSION: 'Name of the BackupSession (Stash: the same).',
  RESTORE_SESSION: 'Name of the RestoreSession (Stash: the same).',
  SESSION_UID: 'Uid of the session: the tag of its snapshots.',
  ATTEMPT: 'Number of the attempt, from 1.',
  REPOSITORY_ID: 'restic’s id of the repository, empty while none is known.',
  MAY_INITIALIZE: '`true` when this session, and no other, may make the repository.',
  PROMETHEUS_PUSHGATEWAY_URL: 'Where metrics are pushed, empty for nowhere (Stash: the same).',
  PROMETHEUS_CLUSTER_NAME: 'Label `cluster` of what is pushed: the control plane’s clusterName, empty for none.',
} as const

export type SessionVariable = keyof typeof sessionVariables
export type SessionValues = Readonly<Record<SessionVariable, string>>

interface EnvVar {
  readonly name: string
  readonly value?: string
}

/** Whether a name is that of a session-scoped variable. */
export const isSessionVariable = (name: string): name is SessionVariable => Object.hasOwn(sessionVariables, name)

/**
 * A container’s environment with the session’s in front of it; `$` is doubled, for these are values. The container’s
 * own variables never replace one of them: the last of a name would win, and a session could be given another’s identity.
 */
export function withSessionEnvironment<T extends { readonly name: string }>(
  values: SessionValues,
  own: readonly T[] = [],
): (T | EnvVar)[] {
  const session = Object.keys(sessionVariables).filter(isSessionVariable)
  return [
    ...session.map(name => ({ name, value: values[name].replaceAll('$', '$$$$') })),
    ...own.filter(({ name }) => !isSessionVariable(name)),
  ]
}
