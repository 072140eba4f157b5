import { badCounts, bytes, each, fields, foreign, lie, put, said, type WordLie } from './word-lie.js'

/** What a restore can say that is not so. */
export const restoreLies: readonly WordLie[] = [
  lie(
    'restore',
    'restore #1',
    'everything, and wrote nothing',
    truth => truth,
    'RestoreIncomplete',
    'nothing was written',
  ),
  lie(
    'restore',
    'restore #1',
    'everything, and left a file out',
    truth => truth,
    'RestoreIncomplete',
    'a file was not written',
  ),
  lie(
    'restore',
    'restore #1',
    'fewer files than the snapshot has',
    fields((json: object) => ({ ...json, total_files: 1, files_restored: 1 })),
    'RestoreIncomplete',
  ),
  lie(
    'restore',
    'restore #1',
    'no file',
    said(() => '{"message_type":"summary"}\n'),
    'RestoreIncomplete',
  ),
  lie('restore', 'restore #1', 'fewer files than it selected', put('files_restored', 1), 'RestoreIncomplete'),
  lie('restore', 'restore #1', 'fewer bytes than it selected', put('bytes_restored', 4), 'RestoreIncomplete'),
  lie(
    'restore',
    'restore #1',
    'more files than there are',
    fields((json: object) => ({ ...json, total_files: 90, files_restored: 90 })),
    'RestoreIncomplete',
  ),
  ...badCounts
    .filter(count => count !== null)
    .map(count =>
      lie('restore', 'restore #1', `${JSON.stringify(count)} files`, put('files_restored', count), 'SummaryMissing'),
    ),
  lie(
    'restore',
    'restore #1',
    'two summaries',
    said(text => text + text.replace('10', '11')),
    'SummaryMissing',
  ),
  lie(
    'restore',
    'restore #1',
    'success, and an error on stderr',
    truth => ({
      ...truth,
      stderr: bytes(
        '{"message_type":"error","error":{"message":"ciphertext verification failed"},"during":"restore","item":"/one.txt"}\n',
      ),
    }),
    'RestoreIncomplete',
  ),
  lie(
    'restore',
    'snapshots #1',
    'no snapshot',
    said(() => '[]'),
    'SnapshotNotFound',
  ),
  lie('restore', 'snapshots #1', 'snapshots of others', each('hostname', 'shop/other'), 'SnapshotNotFound'),
  lie(
    'restore',
    'snapshots #1',
    'a list with something that is no snapshot',
    fields((entries: object[]) => [...entries, { id: 'x' }]),
    'ResticFailed',
  ),
  lie('restore', 'cat config #1', 'another repository', put('id', foreign), 'RepositoryReplaced'),
]
