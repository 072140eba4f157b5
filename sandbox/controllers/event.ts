import { createHash } from 'node:crypto'
import type { KubeObject } from '../api/object.js'
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
  const event = eventOf(registry, object, text, namespace)
  const same = registry.store.get('events', namespace, event.metadata.name)
  if (same !== undefined) {
    registry.edit('events', same, draft => {
      draft['count'] = Number(draft['count']) + 1
      draft['lastTimestamp'] = registry.timestamp()
    })
    return
  }
  registry.create(registry.catalogue.require('events'), event, namespace)
}

function eventOf(registry: Registry, object: KubeObject, text: EventText, namespace: string): KubeObject {
  const { name, uid, resourceVersion } = object.metadata
  const said = [object.kind, uid, text.reason, text.message].join('\0')
  const digest = createHash('sha256').update(said).digest('hex').slice(0, 16)
  const metadata = { name: `${name.slice(0, 230)}.${digest}`, namespace }
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
    firstTimestamp: registry.timestamp(),
    lastTimestamp: registry.timestamp(),
    count: 1,
  }
}
