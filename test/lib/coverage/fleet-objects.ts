import { knownOperators } from '../../../lib/coverage/operators/known-operators.js'
import { type Fleet, fleetOf } from '../../../lib/fleet/fleet.js'
import type { ManifestObject } from '../../../lib/fleet/manifest.js'
import { triggerName } from '../../../lib/names.js'

type Fields = Readonly<Record<string, unknown>>

const holdfast = 'holdfast.dev/v1alpha1'

export function claim(name: string, annotations: Readonly<Record<string, string>> = {}, labels = {}): ManifestObject {
  const metadata = { name, namespace: 'shop', annotations, labels }
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: {} }
}

export function statefulSet(name: string, replicas: number, annotations = {}, pod: Fields = {}): ManifestObject {
  const template = { metadata: { name: 'data', annotations }, spec: { resources: { requests: { storage: '10Gi' } } } }
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: 'shop' },
    spec: { replicas, volumeClaimTemplates: [template], template: { spec: pod } },
  }
}

export function repository(
  name = 'store',
  backend: Fields = { s3: { endpoint: 's3.example.com', bucket: name } },
): ManifestObject {
  const spec = { backend: { ...backend, storageSecretName: 'keys' } }
  return { apiVersion: holdfast, kind: 'Repository', metadata: { name, namespace: 'shop' }, spec }
}

/** A policy of claim `of`; `target` and `spec` change it. */
export function policy(of: string, { name = of, store = 'store', target = {}, spec = {} } = {}): ManifestObject {
  return {
    apiVersion: holdfast,
    kind: 'BackupConfiguration',
    metadata: { name, namespace: 'shop' },
    spec: {
      target: { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: of }, ...target },
      repository: { name: store },
      schedule: '0 3 * * *',
      retentionPolicy: { keepLast: 3 },
      ...spec,
    },
  }
}

/** The CronJob of policy `of`, without its pod; `spec` changes it. */
export function trigger(of: string, spec: Fields = {}): ManifestObject {
  const metadata = { name: triggerName(of), namespace: 'shop', labels: { 'holdfast.dev/configuration': of } }
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: { schedule: '0 3 * * *', timeZone: 'UTC', ...spec },
  }
}

/** The fleet of these objects; each is at `git.yaml:<its place>:1`. */
export function fleet(...objects: readonly ManifestObject[]): Fleet {
  const manifests = objects.map((object, index) => ({ object, position: `git.yaml:${index + 1}:1` }))
  return fleetOf(manifests, { volumeTemplates: knownOperators })
}
