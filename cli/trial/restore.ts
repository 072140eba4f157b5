import { apiVersion } from '../../lib/api/group.js'
import type { RestoreSessionSpec } from '../../lib/api/restore-session.js'
import type { ConfigurationObject } from '../../runtime/controller/objects.js'
import type { KubeObject } from '../../runtime/kube/object.js'

/**
 * A restore of all that a configuration backs up, into the same volume. Replace brings back exactly the snapshot; a
 * policy that stores only parts of the volume gets Merge, which leaves the other parts alone.
 */
export function restoreOf({ metadata, spec }: ConfigurationObject, name: string): KubeObject {
  const { ref, alias, volumeMounts } = spec.target
  const restore: RestoreSessionSpec = {
    target: {
      ref,
      ...(alias === undefined ? {} : { alias }),
      ...(volumeMounts === undefined ? {} : { volumeMounts }),
      rules: [{ snapshots: ['latest'] }],
    },
    repository: spec.repository,
    overwrite: storesEverything(spec.target) ? 'Replace' : 'Merge',
    ...(spec.readAs === undefined ? {} : { readAs: spec.readAs }),
    ...(spec.privileges === undefined ? {} : { privileges: spec.privileges }),
  }
  return { apiVersion, kind: 'RestoreSession', metadata: { name, namespace: metadata.namespace ?? '' }, spec: restore }
}

function storesEverything({ paths, exclude, volumeMounts, args }: ConfigurationObject['spec']['target']): boolean {
  const mountPath = volumeMounts?.[0]?.mountPath ?? '/holdfast-data'
  const whole = paths === undefined || paths.every(path => path === mountPath)
  return whole && (exclude ?? []).length === 0 && !(args ?? []).some(arg => /^--i?exclude/.test(arg))
}
