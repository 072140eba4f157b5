import { randomBytes } from 'node:crypto'
import { apiGroup, apiVersion } from '../../lib/api/group.js'
import { manualSessionName } from '../../lib/names.js'
import type { BackupSessionObject } from '../../runtime/controller/objects.js'

/** A session as people make one by hand: `kubectl create`, outside any schedule. */
export function manualSession(
  namespace: string,
  configuration: string,
  name = manualSessionName(configuration, randomBytes(8).toString('hex')),
): BackupSessionObject {
  return {
    apiVersion,
    kind: 'BackupSession',
    metadata: { name, namespace },
    spec: { invoker: { apiGroup, kind: 'BackupConfiguration', name: configuration } },
  }
}
