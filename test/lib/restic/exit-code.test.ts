import { describe, expect, test } from '@jest/globals'
import { judgeExit, openingRetry } from '../../../lib/restic/exit-code.js'

const exit = (code: number | null, words = '', signal: string | null = null) => judgeExit({ code, signal }, words)

describe('restic’s exit codes', () => {
  test.each([
    [0, 'Succeeded', undefined],
    [3, 'Partial', 'SourceUnreadable'],
    [10, 'Failed', 'RepositoryNotInitialized'],
    [11, 'Failed', 'RepositoryLocked'],
    [12, 'Failed', 'WrongPassword'],
    [130, 'Interrupted', 'Interrupted'],
    [137, 'Failed', 'ResticKilled'],
    [1, 'Failed', 'ResticFailed'],
    [99, 'Failed', 'ResticFailed'],
  ])('%s means %s', (code, outcome, reason) => {
    expect(exit(code)).toEqual(reason === undefined ? { outcome } : { outcome, reason })
  })

  test('a signal is named by what sends it', () => {
    expect(exit(null, '', 'SIGKILL')).toEqual({ outcome: 'Failed', reason: 'ResticKilled' })
    expect(exit(null, '', 'SIGTERM')).toEqual({ outcome: 'Interrupted', reason: 'Interrupted' })
    expect(exit(null, '', 'SIGSEGV')).toEqual({ outcome: 'Failed', reason: 'ResticFailed' })
  })

  // As restic 0.18.0 printed them.
  test.each([
    ['signal terminated received, cleaning up', 'Interrupted'],
    ['unable to open config file: unexpected HTTP response (401): 401 Unauthorized', 'BackendDenied'],
    ['Stat: The AWS Access Key Id you provided does not exist in our records.', 'BackendDenied'],
    ['unable to open config file: stat /r/config: permission denied', 'BackendDenied'],
    ['could not load snapshots: open /r/snapshots: permission denied', 'BackendDenied'],
    ['Get "http://127.0.0.1:9/b/?location=": dial tcp 127.0.0.1:9: connect: connection refused', 'BackendUnreachable'],
    ['dial tcp: lookup nosuch.invalid on 10.0.0.1:53: no such host', 'BackendUnreachable'],
    ['x509: certificate signed by unknown authority', 'BackendUnreachable'],
    ['Stat: The specified bucket does not exist', 'RepositoryNotInitialized'],
    ['unable to create lock in backend: repository is already locked by PID 7', 'RepositoryLocked'],
    ['unable to save snapshot: write /r/data/e0/e0bd-tmp-348: no space left on device', 'StoreFull'],
    ['unable to create lock in backend: write /r/locks/9ae9-tmp-838: no space left on device', 'StoreFull'],
    ['unexpected HTTP response (507): 507 Insufficient Storage', 'StoreFull'],
    [
      'unable to save snapshot: failed to save blob from file "/d/big": Write: write /holdfast-tmp/restic-temp-pack-110: no space left on device',
      'ScratchFull',
    ],
    ['There were 3 errors', 'ResticFailed'],
  ])('exit 1 with “%s” is %s', (words, reason) => {
    expect(exit(1, words)).toMatchObject({ reason })
  })
})

describe('retries while the repository is opened', () => {
  test('tell at once what waiting will not help', () => {
    const retry = (cause: string) => openingRetry(`Stat(<config/>) returned error, retrying after 1.09s: ${cause}`)
    expect(retry('Stat: The AWS Access Key Id you provided does not exist in our records.')).toMatchObject({
      reason: 'BackendDenied',
      hopeless: true,
    })
    expect(retry('Stat: The specified bucket does not exist')).toMatchObject({ hopeless: true })
    expect(retry('dial tcp 127.0.0.1:9: connect: connection refused')).toMatchObject({
      reason: 'BackendUnreachable',
      hopeless: false,
    })
    expect(retry('something new')).toMatchObject({ reason: 'BackendUnreachable', hopeless: false })
  })

  test('are not confused with retries of a backup that is under way', () => {
    expect(openingRetry('Save(<data/1234>) returned error, retrying after 1s: connection reset')).toBeUndefined()
  })
})
