import type { Change } from '../../lib/diff/change.js'
import { grouped } from '../../lib/grouped.js'

/** Changes that say the same about several subjects: one line for people, whatever their number. */
export interface ChangeGroup {
  /** The first of them. */
  readonly change: Change
  readonly subjects: readonly string[]
}

/** Groups changes that differ only in subject and position, in the order of their first. */
export function groupsOf(changes: readonly Change[]): ChangeGroup[] {
  const alike = grouped(changes, ({ severity, kind, sentence, details, advice }) =>
    JSON.stringify([severity, kind, sentence, details, advice]),
  )
  return [...alike.values()].flatMap(members => {
    const [change] = members
    return change === undefined ? [] : [{ change, subjects: members.map(({ subject }) => subject) }]
  })
}

const fewSubjects = 5

/** The subjects of a group in a row: `5 000 alike: policy shop/a, policy shop/b, …`. */
export function subjectWords({ subjects }: ChangeGroup): string {
  const [only = ''] = subjects
  if (subjects.length === 1) return only
  if (subjects.length <= fewSubjects) return subjects.join(', ')
  return `${subjects.slice(0, fewSubjects).join(', ')} and ${subjects.length - fewSubjects} more`
}
