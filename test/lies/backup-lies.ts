import type { Reason } from '../../lib/reason.js'
import { badCounts, bytes, fields, foreign, lie, put, quiet, said, type WordLie } from './word-lie.js'
import type { Reality } from './world.js'

const zeroes = { total_files_processed: 0, total_bytes_processed: 0, files_new: 0, files_unmodified: 0 }

const backup = (says: string, make: WordLie['make'], reason?: Reason, reality?: Reality): WordLie =>
  lie('known', 'backup #1', says, make, reason, reality)
/** What a backup can say that is not so. */
export const backupLies: readonly WordLie[] = [
  backup(
    'everything, about a snapshot that is not there',
    truth => truth,
    'SnapshotNotConfirmed',
    'nothing was stored',
  ),
  backup(
    'nothing at all',
    said(() => ''),
    'SummaryMissing',
  ),
  backup(
    'its summary twice',
    said(text => text + text),
  ),
  backup(
    'two summaries with different ids',
    said(text => text + text.replace(/"snapshot_id":"[0-9a-f]{64}"/, `"snapshot_id":"${foreign}"`)),
    'SummaryMissing',
  ),
  backup(
    'two lines interleaved',
    said(text => `${text.slice(0, 40)}${text}${text.slice(40)}`),
    'SummaryMissing',
  ),
  backup('an id that is not in the repository', put('snapshot_id', foreign), 'SnapshotNotConfirmed'),
  backup('a short id', put('snapshot_id', 'deadbeef'), 'SummaryMissing'),
  backup(
    'an id in capitals',
    fields((json: { snapshot_id: string }) => ({ ...json, snapshot_id: json.snapshot_id.toUpperCase() })),
    'SummaryMissing',
  ),
  backup(
    'no file',
    fields((json: object) => ({ ...json, ...zeroes })),
    'SnapshotNotConfirmed',
  ),
  backup('one file too many', put('total_files_processed', 3), 'SnapshotNotConfirmed'),
  backup('one byte too few', put('total_bytes_processed', 9), 'SnapshotNotConfirmed'),
  ...badCounts.map(count =>
    backup(`${JSON.stringify(count)} files`, put('total_files_processed', count), 'SummaryMissing'),
  ),
  ...badCounts.map(count =>
    backup(`${JSON.stringify(count)} bytes`, put('total_bytes_processed', count), 'SummaryMissing'),
  ),
  ...[-1, 1e308, 'long'].map(time => backup(`that it took ${time}`, put('total_duration', time))),
  backup(
    'an error of a file, and exit code 0',
    truth => ({
      ...truth,
      stderr: bytes(
        '{"message_type":"error","error":{"message":"read: input/output error"},"during":"archival","item":"/v/one.txt"}\n',
      ),
    }),
    'SourceUnreadable',
  ),
  backup(
    'fields and messages of a later version',
    said(text => `{"message_type":"omen","level":9}\n${text.replace('{', '{"futurity":{"a":[1]},')}`),
  ),
  backup(
    'its summary without a message type, as another program would',
    fields(({ message_type: _type, ...json }: Record<string, unknown>) => json),
    'SummaryMissing',
  ),
  backup(
    'its summary in a list',
    said(text => `[${text.trim()}]\n`),
    'SummaryMissing',
  ),
  backup(
    'null',
    said(() => 'null\n'),
    'SummaryMissing',
  ),
  backup(
    'its summary behind a byte order mark',
    said(text => `\ufeff${text}`),
    'SummaryMissing',
  ),
  backup(
    'its summary behind colours',
    said(text => `\x1b[2K\x1b[32m${text}`),
    'SummaryMissing',
  ),
  backup(
    'NUL before every byte',
    said(text => text.replace(/./g, '\0$&')),
    'SummaryMissing',
  ),
  backup(
    'invalid UTF-8 in its summary',
    truth => ({
      ...truth,
      stdout: Buffer.concat([
        Buffer.from(truth.stdout).subarray(0, 20),
        Buffer.from([0xff, 0xfe, 0xc3]),
        Buffer.from(truth.stdout).subarray(20),
      ]),
    }),
    'SummaryMissing',
  ),
  backup(
    'a hundred thousand brackets',
    said(text => `${'['.repeat(100_000)}\n${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}\n${text}`),
  ),
  backup(
    'a prototype',
    said(text => text.replace('{', '{"__proto__":{"snapshot_id":"x","total_files_processed":9},')),
  ),
]

/** What making a repository can say that is not so. */
export const openingLies: readonly WordLie[] = [
  lie(
    'first',
    'cat config #1',
    'a repository that is there, and exit code 0, without an id',
    () => ({ ...quiet, stdout: bytes('{"version":2}') }),
    'ResticFailed',
  ),
  lie(
    'first',
    'cat config #1',
    'that there is none, with exit code 1',
    truth => ({ ...truth, code: 1 }),
    'ResticFailed',
  ),
  lie(
    'first',
    'cat config #1',
    'that the password is wrong, with exit code 1',
    () => ({ ...quiet, stderr: bytes('Fatal: wrong password or no key found\n'), code: 1 }),
    'WrongPassword',
  ),
  lie(
    'first',
    'cat config #1',
    'that the store is away',
    () => ({ ...quiet, stderr: bytes('Fatal: dial tcp: connection refused\n'), code: 1 }),
    'BackendUnreachable',
  ),
  lie('first', 'init #1', 'another id than the repository has', put('id', foreign), 'RepositoryReplaced'),
  lie(
    'first',
    'init #1',
    'two ids',
    said(text => text + text.replace(/[0-9a-f]{64}/, foreign)),
    'ResticFailed',
  ),
  lie('first', 'init #1', 'a short id', put('id', 'abc'), 'ResticFailed'),
]
