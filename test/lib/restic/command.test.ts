import { describe, expect, test } from '@jest/globals'
import { keepCounts, keepWithins } from '../../../lib/keep-rules.js'
import {
  type Access,
  backupCommand,
  catConfigCommand,
  checkCommand,
  pruneCommand,
  restoreCommand,
  snapshotsCommand,
  statsCommand,
  unlockCommand,
} from '../../../lib/restic/command.js'
import { forgetCommand } from '../../../lib/restic/forget.js'

const access: Access = { provider: 'local', insecureTLS: false, maxConnections: 0, enableCache: true, retryLock: '5m' }
const backup = { host: 'ns/pvc', tags: ['holdfast'], path: '/data', exclude: [], args: [] }
const restore = { snapshot: 'abc', storedPath: '/data', target: '/t', include: [], exclude: [], deleteOthers: false }

describe('restic’s command lines', () => {
  test('a backup says host, tags and grouping, and never lets a path become a flag', () => {
    expect(
      backupCommand(access, { ...backup, path: '/da[t]a', exclude: ['--x', '*.tmp'], args: ['--one-file-system'] }),
    ).toEqual([
      'backup',
      '--json',
      '--retry-lock=5m',
      '--host=ns/pvc',
      '--tag=holdfast',
      '--group-by=host,paths',
      '--exclude=/da\\[t\\]a/lost+found',
      '--exclude=--x',
      '--exclude=*.tmp',
      '--one-file-system',
      '--',
      '/da[t]a',
    ])
  })

  test('a backup takes no flag off the allow-list, no foreign session’s tag and no comma in a tag', () => {
    for (const argument of ['--password-command=x', '-r=x', '--tag=session=other', '--tag=a,holdfast', 'path']) {
      expect(() => backupCommand(access, { ...backup, args: [argument] })).toThrow(argument)
    }
    expect(backupCommand(access, { ...backup, args: ['--tag=mine'] })).toContain('--tag=mine')
    expect(() => backupCommand(access, { ...backup, tags: ['a,b'] })).toThrow('comma')
  })

  test('says connections, TLS and cache the way the backend needs', () => {
    const gcs: Access = { provider: 'gcs', insecureTLS: true, maxConnections: 9, enableCache: false, retryLock: '1m' }
    expect(catConfigCommand(gcs)).toEqual([
      ...['cat', 'config', '--json', '--no-cache', '--insecure-tls', '--option=gs.connections=9', '--no-lock'],
    ])
  })

  test('look-ups take no lock; whatever changes the repository waits for one', () => {
    for (const command of [catConfigCommand(access), snapshotsCommand(access), statsCommand(access)]) {
      expect(command).toContain('--no-lock')
    }
    for (const command of [checkCommand(access, '5%'), pruneCommand(access, { maxUnused: '10%', maxRepackSize: '' })]) {
      expect(command).toContain('--retry-lock=5m')
    }
    expect(snapshotsCommand(access, { host: 'h', tags: ['a', 'b'] })).toEqual(
      expect.arrayContaining(['--host=h', '--tag=a,b']),
    )
    expect(unlockCommand(access)).not.toContain('--remove-all')
  })

  test('a restore names the stored folder and always leaves lost+found alone', () => {
    const plain = restoreCommand(access, { ...restore, exclude: ['*.log'], deleteOthers: true })
    expect(plain.slice(-2)).toEqual(['--', 'abc:/data'])
    expect(plain).toEqual(
      expect.arrayContaining([
        '--target=/t',
        '--overwrite=always',
        '--exclude=*.log',
        '--exclude=/lost+found',
        '--delete',
      ]),
    )
    const some = restoreCommand(access, { ...restore, include: ['/a'], exclude: ['*.log'] })
    expect(some.filter(each => each.startsWith('--include'))).toEqual([
      '--include=/a',
      '--include=!*.log',
      '--include=!/lost+found',
    ])
    expect(some.some(each => each.startsWith('--exclude'))).toBe(false)
  })

  test('a forget always names host and path and has a flag for every keep rule', () => {
    const policy = {
      ...Object.fromEntries(keepCounts.map(key => [key, 2])),
      ...Object.fromEntries(keepWithins.map(key => [key, '7d'])),
      keepTags: ['gold'],
      dryRun: true,
    }
    expect(forgetCommand(access, { host: 'h', path: '/p' }, policy)).toEqual([
      ...['forget', '--json', '--retry-lock=5m', '--host=h', '--path=/p', '--group-by=host,paths'],
      ...[
        '--keep-last=2',
        '--keep-hourly=2',
        '--keep-daily=2',
        '--keep-weekly=2',
        '--keep-monthly=2',
        '--keep-yearly=2',
      ],
      ...['--keep-within=7d', '--keep-within-hourly=7d', '--keep-within-daily=7d', '--keep-within-weekly=7d'],
      ...['--keep-within-monthly=7d', '--keep-within-yearly=7d', '--keep-tag=gold', '--dry-run'],
    ])
  })

  test('a forget without a keep rule, host or path is refused', () => {
    expect(() => forgetCommand(access, { host: 'h', path: '/p' }, { dryRun: true })).toThrow('no keep rule')
    expect(() => forgetCommand(access, { host: '', path: '/p' }, { keepLast: 1 })).toThrow('a host and a path')
  })
})
