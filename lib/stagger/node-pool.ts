import { labels } from '../api/group.js'

/** The node pool that a policy’s runs burden: its label `holdfast.dev/node-pool`, else the node selector of its pods. */
export function nodePoolOf(
  own: Readonly<Record<string, string>> | undefined,
  nodeSelector: Readonly<Record<string, string>> | undefined,
): string | undefined {
  const pairs = Object.entries(nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`)
  return own?.[labels.nodePool] ?? (pairs.length === 0 ? undefined : pairs.sort().join(','))
}
