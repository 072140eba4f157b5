import type { Reason } from '../../lib/reason.js'
import { each, fields, foreign, lie, put, said, type WordLie } from './word-lie.js'

/** What a confirmation can say that is not so. */
export const confirmationLies: readonly WordLie[] = (['first', 'known'] as const).flatMap(flow => {
  const config = flow === 'first' ? 'cat config #2' : 'cat config #1'
  const list = (says: string, make: WordLie['make'], reason?: Reason) => lie(flow, 'snapshots #1', says, make, reason)
  return [
    ...['', '[]', 'null', '{}', '"snapshots"', '[null]', '[1]', '[[]]'].map(text =>
      list(
        `${text || 'nothing'}`,
        said(() => text),
        'SnapshotNotConfirmed',
      ),
    ),
    list('snapshots of another host', each('hostname', 'shop/other'), 'SnapshotNotConfirmed'),
    list(
      'snapshots of another session',
      each('tags', ['holdfast', 'session=other', 'attempt=1']),
      'SnapshotNotConfirmed',
    ),
    list('snapshots without tags', each('tags', null), 'SnapshotNotConfirmed'),
    list('snapshots of another folder', each('paths', ['/elsewhere']), 'SnapshotNotConfirmed'),
    list('snapshots without counts', each('summary', undefined), 'SnapshotNotConfirmed'),
    list(
      'snapshots with other counts',
      each('summary', { total_files_processed: 7, total_bytes_processed: 7 }),
      'SnapshotNotConfirmed',
    ),
    list(
      'short ids',
      fields((entries: { id: string }[]) => entries.map(entry => ({ ...entry, id: entry.id.slice(0, 8) }))),
      'SnapshotNotConfirmed',
    ),
    list(
      'all but the last',
      fields((entries: object[]) => entries.slice(0, -1)),
      'SnapshotNotConfirmed',
    ),
    list(
      'a list and another one',
      said(text => `${text}[]\n`),
      'SnapshotNotConfirmed',
    ),
    list('snapshots of the future', each('time', '2999-01-01T00:00:00Z')),
    list('snapshots of no time', each('time', 'soon'), 'SnapshotNotConfirmed'),
    lie(flow, config, 'another repository', put('id', foreign), 'RepositoryReplaced'),
    lie(flow, config, 'a repository of no format', put('version', 'two'), 'SnapshotNotConfirmed'),
    lie(
      flow,
      config,
      'a repository of a later format, with more fields',
      fields((json: object) => ({ ...json, version: 3, tide: 'high' })),
    ),
  ]
})
