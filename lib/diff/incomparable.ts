import { apiGroup } from '../api/group.js'
import { namespaceOf } from '../fleet/claim.js'
import type { Fleet } from '../fleet/fleet.js'
import { groupOf } from '../fleet/manifest.js'
import { type Change, positionsOf } from './change.js'
import type { Comparison } from './comparison.js'

/** Policies and Repositories that a side has and that could not be judged there. */
export function incomparables({ before, after }: Comparison): Change[] {
  const [old, fresh] = [unreadOf(before), unreadOf(after)]
  return [...new Map([...old, ...fresh]).keys()].map((subject): Change => {
    const sides = [old.has(subject) ? 'before' : '', fresh.has(subject) ? 'after' : ''].filter(side => side !== '')
    return {
      ...{ severity: fresh.has(subject) ? 'danger' : 'warning', kind: 'not-comparable', subject, details: [] },
      sentence: `The object is not what its kind asks for (${sides.join(' and ')}), so nobody can say what changed about it.`,
      positions: positionsOf(old.get(subject), fresh.get(subject)),
    }
  })
}

function unreadOf(fleet: Fleet): Map<string, Fleet['manifests'][number]> {
  const read = new Set([
    ...fleet.policies.map(({ namespace, name }) => `policy ${namespace}/${name}`),
    ...fleet.repositories.map(({ namespace, name }) => `repository ${namespace}/${name}`),
  ])
  const unread = new Map<string, Fleet['manifests'][number]>()
  for (const manifest of fleet.manifests) {
    const { object } = manifest
    const noun = object.kind === 'BackupConfiguration' ? 'policy' : object.kind === 'Repository' ? 'repository' : ''
    const subject = `${noun} ${namespaceOf(object)}/${object.metadata.name}`
    if (noun !== '' && groupOf(object) === apiGroup && !read.has(subject)) unread.set(subject, manifest)
  }
  return unread
}
