import { type Severity, severities } from '../../lib/diff/change.js'
import type { OtherChanges } from '../../lib/diff/manifest-pair.js'

/** How many changes of each severity there are, in words: `1 danger, 2 warnings`. */
export function countWords(counts: Readonly<Record<Severity, number>>): string {
  const words = severities
    .filter(severity => counts[severity] > 0)
    .map(severity => `${counts[severity]} ${severity}${counts[severity] === 1 ? '' : 's'}`)
  return words.length === 0 ? 'nothing changes' : words.join(', ')
}

/** What happened to objects of other kinds; undefined when nothing did. */
export function otherWords({ added, removed, changed }: OtherChanges): string | undefined {
  const parts = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
  ]
  return parts.length === 0 ? undefined : `objects of other kinds: ${parts.join(', ')}`
}
