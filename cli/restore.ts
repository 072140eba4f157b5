import { randomBytes } from 'node:crypto'
import { apiVersion } from '../lib/api/group.js'
import { restoreSessionKind } from '../lib/api/kinds.js'
import type { RestoreSessionSpec } from '../lib/api/restore-session.js'
import { boundedName } from '../lib/names.js'
import { formatProblem } from '../lib/problem.js'
import { validateObject } from '../lib/schema/validate.js'
import { REPOSITORIES, RESTORE_SESSIONS } from '../runtime/controller/objects.js'
import type { KubeObject } from '../runtime/kube/object.js'
import { PERSISTENT_VOLUME_CLAIMS } from '../runtime/kube/resource.js'
import { connect, requireObject } from './cluster/connection.js'
import { followSession } from './cluster/follow.js'
import { Board } from './display/board.js'
import type { Terminal } from './display/terminal.js'
import { exitCodes, UserError } from './user-error.js'

export interface RestoreOptions {
  readonly namespace?: string
  readonly repository: string
  readonly snapshot: string
  readonly overwrite: string
  /** Host whose snapshots are meant: `namespace/claim`. Default: the claim’s own. */
  readonly from?: string
  readonly include?: readonly string[]
  readonly wait?: boolean
}

/** Restores into a claim. Throws UserError when what it names is absent or, with `wait`, when it does not succeed. */
export async function restore(
  claim: string,
  options: RestoreOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const connection = await connect(options.namespace)
  const { client, namespace } = connection
  try {
    const object = restoreObject(claim, namespace, options)
    await requireObject(connection, REPOSITORIES, options.repository)
    await requireObject(connection, PERSISTENT_VOLUME_CLAIMS, claim)
    const { metadata } = await client.create(RESTORE_SESSIONS, object)
    if (options.wait !== true) {
      terminal.done(
        `RestoreSession ${namespace}/${metadata.name} created`,
        `follow it: kubectl get -n ${namespace} hrs ${metadata.name} -w`,
      )
      return
    }
    const { session } = await followSession(client, RESTORE_SESSIONS, metadata.name, namespace, new Board(terminal), {
      signal,
    })
    if (session.status?.phase !== 'Succeeded') throw new UserError(`the restore ended ${session.status?.phase}`)
  } finally {
    client.close()
  }
}

/** The RestoreSession that the options describe. Throws UserError naming every option that cannot be. */
export function restoreObject(claim: string, namespace: string, options: RestoreOptions): KubeObject {
  const { repository, snapshot, overwrite, from, include } = options
  const rule = {
    snapshots: snapshot.split(','),
    ...(from === undefined ? {} : { sourceHost: from }),
    ...(include === undefined ? {} : { include: [...include] }),
  }
  const spec = {
    target: { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claim }, rules: [rule] },
    repository: { name: repository },
    overwrite: overwrite as RestoreSessionSpec['overwrite'],
  }
  const name = boundedName([claim, 'restore', randomBytes(4).toString('hex')])
  const problems = validateObject(restoreSessionKind, { spec }, `restore of ${claim}`)
  if (problems.length > 0) throw new UserError(problems.map(formatProblem).join('\n'), exitCodes.usage)
  return { apiVersion, kind: 'RestoreSession', metadata: { name, namespace }, spec }
}
