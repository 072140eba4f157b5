import { randomBytes } from 'node:crypto'
import { type KubeObject, timestamp } from '../api/object.js'
import type { Registry } from '../api/registry.js'

export interface EventText {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** Who says it: `kubelet`, `job-controller`, `default-scheduler`. */
  readonly component: string
}

/** Records an event about `object`, as `kubectl describe` shows it; the same text again only counts up. */
export function recordEvent(registry: Registry, object: KubeObject, text: EventText): void {
  const namespace = object.metadata.namespace ?? 'default'
  if (registry.store.get('namespaces', undefined, namespace)?.metadata.deletionTimestamp !== undefined) return
  const same = registry.store.list('events', namespace).find(event => isSame(event, object, text))
  if (same !== undefined) {
    registry.edit('events', same, draft => {
      draft['count'] = Number(draft['count']) + 1
      draft['lastTimestamp'] = timestamp()
    })
    return
  }
  registry.create(registry.catalogue.require('events'), eventOf(object, text, namespace), namespace)
}

function isSame(event: KubeObject, object: KubeObject, text: EventText): boolean {
  const involved = event['involvedObject'] as { uid?: string } | undefined
  return involved?.uid === object.metadata.uid && event['reason'] === text.reason && event['message'] === text.message
}

function eventOf(object: KubeObject, text: EventText, namespace: string): KubeObject {
  const { name, uid, resourceVersion } = object.metadata
  const metadata = { name: `${name.slice(0, 230)}.${randomBytes(8).toString('hex')}`, namespace }
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: metadata as KubeObject['metadata'],
    involvedObject: { apiVersion: object.apiVersion, kind: object.kind, namespace, name, uid, resourceVersion },
    type: text.type,
    reason: text.reason,
    message: text.message,
    source: { component: text.component },
    reportingComponent: text.component,
    firstTimestamp: timestamp(),
    lastTimestamp: timestamp(),
    count: 1,
  }
}
