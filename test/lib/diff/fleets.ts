import type { Change, ChangeKind } from '../../../lib/diff/change.js'
import { changesBetween } from '../../../lib/diff/changes.js'
import type { DiffOptions } from '../../../lib/diff/comparison.js'
import { type Fleet, fleetOf } from '../../../lib/fleet/fleet.js'
import type { ManifestObject } from '../../../lib/fleet/manifest.js'

const apiVersion = 'holdfast.dev/v1alpha1'
type Fields = Readonly<Record<string, unknown>>

export const now = new Date('2026-11-18T12:00:00Z')

/** A valid policy of claim shop/orders-data; fields of the spec are replaced, undefined ones removed. */
export function policy(spec: Fields = {}, metadata: Fields = {}): ManifestObject {
  return {
    apiVersion,
    kind: 'BackupConfiguration',
    metadata: { name: 'orders', namespace: 'shop', ...metadata },
    spec: present({
      target: target(),
      repository: { name: 'store', namespace: 'shop' },
      schedule: '0 3 * * *',
      timeZone: 'Europe/Berlin',
      recoveryPointObjective: '26h',
      retentionPolicy: { keepDaily: 7, keepWeekly: 4, keepMonthly: 12 },
      ...spec,
    }),
  }
}

export const target = (fields: Fields = {}, claim = 'orders-data'): Fields => ({
  ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claim },
  ...fields,
})

export function repository(spec: Fields = {}, metadata: Fields = {}): ManifestObject {
  return {
    apiVersion,
    kind: 'Repository',
    metadata: { name: 'store', namespace: 'shop', ...metadata },
    spec: present({ backend: s3(), clusterName: 'demo', ...spec }),
  }
}

export const s3 = (fields: Fields = {}, secret = 'backup-store'): Fields => ({
  s3: { endpoint: 'https://s3.example.com', bucket: 'backups', prefix: 'volumes', ...fields },
  storageSecretName: secret,
})

export function claim(name = 'orders-data', metadata: Fields = {}): ManifestObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'shop', ...metadata },
    spec: { resources: { requests: { storage: '1Gi' } } },
  }
}

export function object(kind: string, name: string, fields: Fields = {}, group = apiVersion): ManifestObject {
  const { namespace, labels, ...rest } = fields as { namespace?: string; labels?: Record<string, string> }
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
  }
  return { apiVersion: group, kind, metadata, ...rest }
}

export const ours = { 'app.kubernetes.io/managed-by': 'holdfast' }

/** A committed Job with hashes and one container. */
export function jobTemplate(fields: { input?: string; functions?: string; image?: string; pod?: Fields } = {}): Fields {
  const annotations = {
    'holdfast.dev/input-hash': fields.input ?? 'i',
    'holdfast.dev/functions-hash': fields.functions ?? 'f',
  }
  const hardened = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
  const container = { name: 'backup', image: fields.image ?? 'holdfast.dev/holdfast:1', securityContext: hardened }
  const securityContext = { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } }
  const spec = { automountServiceAccountToken: false, securityContext, containers: [container], ...fields.pod }
  return { metadata: { annotations }, spec: { template: { spec } } }
}

/** The shop: a claim, its policy and its repository. */
export const shop = (): ManifestObject[] => [repository(), policy(), claim()]

export function fleet(objects: readonly ManifestObject[]): Fleet {
  return fleetOf(objects.map((each, index) => ({ object: each, position: `shop.yaml:${index + 1}:1` })))
}

export function changes(
  before: readonly ManifestObject[],
  after: readonly ManifestObject[],
  options: Partial<DiffOptions> = {},
): readonly Change[] {
  return changesBetween(fleet(before), fleet(after), { now, ...options })
}

/** What differs between the shop and one in which an object of the same kind and name is another. */
export function changesWith(...objects: readonly ManifestObject[]): readonly Change[] {
  return changes(shop(), replaced(shop(), objects))
}

export function replaced(objects: readonly ManifestObject[], by: readonly ManifestObject[]): ManifestObject[] {
  const key = ({ kind, metadata }: ManifestObject) => `${kind} ${metadata.namespace} ${metadata.name}`
  const names = new Set(by.map(key))
  return [...objects.filter(each => !names.has(key(each))), ...by]
}

/** Each change as `severity kind subject: sentence`. */
export const told = (all: readonly Change[]): string[] =>
  all.map(({ severity, kind, subject, sentence }) => `${severity} ${kind} ${subject}: ${sentence}`)

export function ofKind(all: readonly Change[], kind: ChangeKind): Change {
  const found = all.filter(each => each.kind === kind)
  if (found[0] === undefined || found.length > 1)
    throw new Error(`${found.length} of ${kind} in ${told(all).join('\n')}`)
  return found[0]
}

const present = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
