import { type Severity, severities } from '../../lib/diff/change.js'
import type { OtherChanges } from '../../lib/diff/manifest-pair.js'
import type { Comparison } from './comparison.js'

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

/** What was not compared, because a side could not be read or reached: without it “nothing changes” would be untrue. */
export function gapWords({ before, after }: Comparison): string[] {
  const unread = before.fleet.problems.length
  const told = `${unread} ${unread === 1 ? 'part' : 'parts'} of ${before.name} could not be read, so what became of that is not known`
  const notes = [before, after].flatMap(({ notes }) => notes)
  const more = notes.length > 3 ? [`and ${notes.length - 3} more links and submodules that are not read`] : []
  return [...(unread === 0 ? [] : [told]), ...notes.slice(0, 3), ...more]
}
