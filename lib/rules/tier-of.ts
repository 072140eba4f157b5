import { labels } from '../api/group.js'

/** Name of the tier that a policy was made from; undefined when from none. */
export const tierOf = (policy: { readonly labels: Readonly<Record<string, string>> }): string | undefined =>
  policy.labels[labels.tier]
