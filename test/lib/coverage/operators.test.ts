import { describe, expect, test } from '@jest/globals'
import type { ManifestObject } from '../../../lib/fleet/manifest.js'
import { fleet } from './fleet-objects.js'

function object(apiVersion: string, kind: string, spec: object, annotations = {}): ManifestObject {
  return { apiVersion, kind, metadata: { name: 'main', namespace: 'ops', annotations }, spec }
}
const claimsOf = (of: ManifestObject) =>
  fleet(of).claims.map(({ namespace, name, size }) => `${namespace}/${name} ${size}`)
const template = { spec: { resources: { requests: { storage: '5Gi' } } } }

describe('the claims of operators', () => {
  test('Prometheus and Alertmanager: their own template name or -db, further shards in sets of their own', () => {
    const storage = { volumeClaimTemplate: template }
    const named = { volumeClaimTemplate: { ...template, metadata: { name: 'tsdb' } } }
    const monitoring = 'monitoring.coreos.com/v1'
    expect(claimsOf(object(monitoring, 'Prometheus', { replicas: 2, shards: 2, storage }))).toEqual([
      'ops/prometheus-main-db-prometheus-main-0 5Gi',
      'ops/prometheus-main-db-prometheus-main-1 5Gi',
      'ops/prometheus-main-db-prometheus-main-shard-1-0 5Gi',
      'ops/prometheus-main-db-prometheus-main-shard-1-1 5Gi',
    ])
    expect(claimsOf(object(monitoring, 'Alertmanager', { storage: named }))).toEqual([
      'ops/tsdb-alertmanager-main-0 5Gi',
    ])
    expect(claimsOf(object(monitoring, 'Prometheus', { replicas: 2 }))).toEqual([])
  })

  test('Elasticsearch: each node set, with the default volume unless its pods bring one', () => {
    const nodeSets = [
      { name: 'hot', count: 2, volumeClaimTemplates: [{ metadata: { name: 'elasticsearch-data' }, ...template }] },
      { name: 'warm', count: 1 },
      { name: 'none', count: 1, podTemplate: { spec: { volumes: [{ name: 'elasticsearch-data', emptyDir: {} }] } } },
    ]
    expect(claimsOf(object('elasticsearch.k8s.elastic.co/v1', 'Elasticsearch', { nodeSets }))).toEqual([
      'ops/elasticsearch-data-main-es-hot-0 5Gi',
      'ops/elasticsearch-data-main-es-hot-1 5Gi',
      'ops/elasticsearch-data-main-es-warm-0 1Gi',
    ])
  })

  test('PostgreSQL of Zalando and of CloudNativePG', () => {
    const zalando = { numberOfInstances: 2, volume: { size: '7Gi' } }
    expect(claimsOf(object('acid.zalan.do/v1', 'postgresql', zalando))).toEqual([
      'ops/pgdata-main-0 7Gi',
      'ops/pgdata-main-1 7Gi',
    ])
    const cloudNative = { instances: 2, storage: { size: '7Gi' }, walStorage: { size: '2Gi' } }
    expect(claimsOf(object('postgresql.cnpg.io/v1', 'Cluster', cloudNative))).toEqual([
      'ops/main-1 7Gi',
      'ops/main-1-wal 2Gi',
      'ops/main-2 7Gi',
      'ops/main-2-wal 2Gi',
    ])
  })

  test('carry the exemption of their object, and other kinds have none', () => {
    const annotations = { 'holdfast.dev/exempt': 'it has backups of its own' }
    const [claim] = fleet(object('acid.zalan.do/v1', 'postgresql', { numberOfInstances: 1 }, annotations)).claims
    expect(claim).toMatchObject({ origin: 'postgresql ops/main', annotations })
    expect(claimsOf(object('cluster.x-k8s.io/v1beta1', 'Cluster', { instances: 3 }))).toEqual([])
  })
})
