import { randomBytes } from 'node:crypto'
import { apiGroup, apiVersion, labels, managedBy } from '../../lib/api/group.js'
import { labelValue, manualSessionName } from '../../lib/names.js'
import type { KubeObject } from '../../runtime/kube/object.js'

/** A BackupSession that a person asks for, outside the schedule; it runs also while the configuration is paused. */
export function manualSession(configuration: string, namespace: string): KubeObject {
  return {
    apiVersion,
    kind: 'BackupSession',
    metadata: {
      name: manualSessionName(configuration, randomBytes(8).toString('hex')),
      namespace,
      labels: { [labels.managedBy]: managedBy, [labels.configuration]: labelValue(configuration) },
    },
    spec: { invoker: { apiGroup, kind: 'BackupConfiguration', name: configuration } },
  }
}
