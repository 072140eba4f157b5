import { BACKUP_SESSIONS, CONFIGURATIONS } from '../runtime/controller/objects.js'
import { connect, requireObject } from './cluster/connection.js'
import { followSession } from './cluster/follow.js'
import { manualSession } from './cluster/manual-session.js'
import { Board } from './display/board.js'
import type { Terminal } from './display/terminal.js'
import { UserError } from './user-error.js'

export interface TriggerOptions {
  readonly namespace?: string
  readonly wait?: boolean
}

/** Starts a backup now. Throws UserError when there is no such configuration or, with `wait`, when it does not succeed. */
export async function trigger(
  configuration: string,
  options: TriggerOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const connection = await connect(options.namespace)
  const { client, namespace } = connection
  try {
    await requireObject(connection, CONFIGURATIONS, configuration)
    const { metadata } = await client.create(BACKUP_SESSIONS, manualSession(configuration, namespace))
    if (options.wait !== true) {
      terminal.done(
        `BackupSession ${namespace}/${metadata.name} created`,
        `follow it: kubectl get -n ${namespace} hbs ${metadata.name} -w`,
      )
      return
    }
    const { session } = await followSession(client, BACKUP_SESSIONS, metadata.name, namespace, new Board(terminal), {
      signal,
    })
    if (session.status?.phase !== 'Succeeded') throw new UserError(`the backup ended ${session.status?.phase}`)
  } finally {
    client.close()
  }
}
