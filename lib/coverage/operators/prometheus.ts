import type { VolumeTemplate, VolumeTemplates } from '../../fleet/claim.js'
import { fieldAt, type ManifestObject, textOf } from '../../fleet/manifest.js'
import { replicaCount } from '../../fleet/replica-count.js'
import { countOf, fromClaimTemplate, isKind, setClaims } from './replicas.js'

const group = 'monitoring.coreos.com'

/**
 * Claims of the prometheus-operator: `prometheus-<name>-db-prometheus-<name>-<ordinal>`, further shards in sets
 * `prometheus-<name>-shard-<n>`, and the same of Alertmanagers. A template with a name of its own begins with that.
 */
export const prometheusOperator: VolumeTemplates = object => {
  if (isKind(object, group, 'Prometheus')) return claims(object, 'prometheus', countOf(object, 'shards', 1))
  return isKind(object, group, 'Alertmanager') ? claims(object, 'alertmanager', 1) : []
}

function claims(object: ManifestObject, prefix: string, shards: number): VolumeTemplate[] {
  const template = fieldAt(object, 'spec', 'storage', 'volumeClaimTemplate')
  // Without it the operator mounts an emptyDir.
  if (template === undefined) return []
  const full = `${prefix}-${object.metadata.name}`
  const own = textOf(fieldAt(template, 'metadata', 'name')) ?? `${full}-db`
  const replicas = countOf(object, 'replicas', 1)
  replicaCount(shards * replicas, 1, 'spec.shards times spec.replicas')
  return Array.from({ length: shards }, (_, shard) => (shard === 0 ? full : `${full}-shard-${shard}`)).flatMap(name =>
    setClaims(object, { template: own, name, replicas }, fromClaimTemplate(template)),
  )
}
