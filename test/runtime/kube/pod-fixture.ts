import type { KubeObject } from '../../../runtime/kube/object.js'

/** A pod `demo/<name>` at a resourceVersion. */
export function pod(name: string, resourceVersion: number | string, more: Record<string, unknown> = {}): KubeObject {
  const metadata = { name, namespace: 'demo', uid: `uid-${name}`, resourceVersion: String(resourceVersion) }
  const { metadata: moreMetadata, ...rest } = more
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, ...(moreMetadata as object) }, ...rest }
}

/** What a list call answers. */
export function podList(resourceVersion: number | string, items: KubeObject[], next?: string) {
  const metadata = { resourceVersion: String(resourceVersion), ...(next && { continue: next }) }
  return { kind: 'PodList', apiVersion: 'v1', metadata, items }
}
