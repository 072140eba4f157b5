import type { VolumeTemplates } from '../../fleet/claim.js'
import { fieldAt, itemsOf, textOf } from '../../fleet/manifest.js'
import { replicaCount } from '../../fleet/replica-count.js'
import { fromClaimTemplate, isKind, setClaims } from './replicas.js'

const dataVolume = 'elasticsearch-data'

/**
 * Claims of Elastic Cloud on Kubernetes: `<template>-<name>-es-<nodeSet>-<ordinal>`. A node set without templates gets
 * `elasticsearch-data` with 1Gi, unless its pods bring a volume of that name.
 */
export const elasticCloud: VolumeTemplates = object => {
  if (!isKind(object, 'elasticsearch.k8s.elastic.co', 'Elasticsearch')) return []
  return itemsOf(fieldAt(object, 'spec', 'nodeSets')).flatMap(nodeSet => {
    const name = `${object.metadata.name}-es-${textOf(fieldAt(nodeSet, 'name')) ?? ''}`
    const replicas = replicaCount(fieldAt(nodeSet, 'count'), 0, 'spec.nodeSets[].count')
    const templates = itemsOf(fieldAt(nodeSet, 'volumeClaimTemplates'))
    if (templates.length === 0) {
      return bringsVolume(nodeSet) ? [] : setClaims(object, { template: dataVolume, name, replicas }, { size: '1Gi' })
    }
    return templates.flatMap(template => {
      const own = textOf(fieldAt(template, 'metadata', 'name')) ?? dataVolume
      return setClaims(object, { template: own, name, replicas }, fromClaimTemplate(template))
    })
  })
}

const bringsVolume = (nodeSet: unknown) =>
  itemsOf(fieldAt(nodeSet, 'podTemplate', 'spec', 'volumes')).some(volume => fieldAt(volume, 'name') === dataVolume)
