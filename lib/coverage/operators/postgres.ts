import type { VolumeTemplate, VolumeTemplates } from '../../fleet/claim.js'
import { fieldAt, type ManifestObject, textOf } from '../../fleet/manifest.js'
import { countOf, isKind, setClaims } from './replicas.js'

/** Claims of Zalando’s postgres-operator: `pgdata-<name>-<ordinal>`. */
export const zalandoPostgres: VolumeTemplates = object => {
  if (!isKind(object, 'acid.zalan.do', 'postgresql')) return []
  const { name } = object.metadata
  const replicas = countOf(object, 'numberOfInstances', 0)
  return setClaims(object, { template: 'pgdata', name, replicas }, storageOf(fieldAt(object, 'spec', 'volume')))
}

/**
 * Claims of a CloudNativePG Cluster as it is made: `<name>-<serial>` from 1, with `-wal` when it has a volume for
 * write-ahead logs. The operator gives a new serial to an instance that it makes anew; then name the present ones.
 */
export const cloudNativePg: VolumeTemplates = object => {
  if (!isKind(object, 'postgresql.cnpg.io', 'Cluster')) return []
  const data = fieldAt(object, 'spec', 'storage')
  const wal = fieldAt(object, 'spec', 'walStorage')
  return Array.from(
    { length: countOf(object, 'instances', 1) },
    (_, index) => `${object.metadata.name}-${index + 1}`,
  ).flatMap(name => [
    instance(object, name, data),
    ...(wal === undefined ? [] : [instance(object, `${name}-wal`, wal)]),
  ])
}

function instance(object: ManifestObject, name: string, storage: unknown): VolumeTemplate {
  return { annotations: object.metadata.annotations ?? {}, ...storageOf(storage), name }
}

// Both operators say size and class in fields of their own.
function storageOf(storage: unknown): Omit<VolumeTemplate, 'name'> {
  const storageClassName = textOf(fieldAt(storage, 'storageClass'))
  const size = textOf(fieldAt(storage, 'size'))
  return { ...(storageClassName === undefined ? {} : { storageClassName }), ...(size === undefined ? {} : { size }) }
}
