import { bytes, fields, foreign, lie, put, said, type WordLie } from './word-lie.js'

/** What maintenance can say that is not so. */
export const maintenanceLies: readonly WordLie[] = [
  lie('maintain', 'cat config #1', 'another repository', put('id', foreign), 'RepositoryReplaced'),
  lie(
    'maintain',
    'forget #1',
    'that it removed snapshots of another host',
    said(text => text.replaceAll('shop/data', 'shop/other')),
    'RetentionFailed',
  ),
  lie(
    'maintain',
    'forget #1',
    'that it removed snapshots of another folder',
    said(text => text.replaceAll('/volume/a', '/volume/c')),
    'RetentionFailed',
  ),
  lie(
    'maintain',
    'forget #1',
    'that it removed everything',
    fields((groups: { keep: object[]; remove: object[] }[]) =>
      groups.map(group => ({ ...group, keep: null, remove: [...group.keep, ...group.remove] })),
    ),
    'RetentionFailed',
  ),
  ...['null', '{}', '[1]', '[{"keep":[{}]}]', 'removed 3 snapshots', '[{"remove":"all"}]'].map(text =>
    lie(
      'maintain',
      'forget #1',
      text,
      said(() => text),
      'RetentionFailed',
    ),
  ),
  lie(
    'maintain',
    'check #1',
    'nothing',
    said(() => ''),
    'ResticFailed',
  ),
  lie('maintain', 'check #1', 'errors, with exit code 0', put('num_errors', 2), 'CheckFailed'),
  lie(
    'maintain',
    'check #1',
    'no errors, and an error on stderr',
    truth => ({ ...truth, stderr: bytes('{"message_type":"error","message":"pack 1234: not found"}\n') }),
    'CheckFailed',
  ),
  lie(
    'maintain',
    'check #1',
    'no errors, and an error in plain text',
    truth => ({ ...truth, stderr: bytes('error for tree 5f1b2c3d: id not found in repository\n') }),
    'CheckFailed',
  ),
  lie(
    'maintain',
    'check #1',
    'no errors, and errors',
    said(text => text + text.replace('"num_errors":0', '"num_errors":1')),
    'CheckFailed',
  ),
  ...[-1, 'none', null, 0.5].map(count =>
    lie('maintain', 'check #1', `${count} errors`, put('num_errors', count), 'ResticFailed'),
  ),
  ...[-1, 0.5, '9', 1e300].map(size =>
    lie('maintain', 'stats #1', `a size of ${size}`, put('total_size', size), 'ResticFailed'),
  ),
  lie(
    'maintain',
    'stats #1',
    'nothing',
    said(() => ''),
    'ResticFailed',
  ),
]
