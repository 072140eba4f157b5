import { describe, expect, test } from '@jest/globals'
import { forgetAccount } from '../../../lib/restic/forget.js'
import { JsonLines, type OutputLine, parseDocument, parseLine } from '../../../lib/restic/json-lines.js'
import {
  backupSummary,
  checkErrors,
  exitError,
  ignoredSnapshot,
  initializedId,
  itemError,
  listingFailed,
  progress,
  repositoryConfig,
  restoreSummary,
  snapshotList,
  statistics,
} from '../../../lib/restic/messages.js'

// Recorded from restic 0.18.0.
const id = '58b74e4ec098ec203deba131aa1d7132781a4ece56882ac3779e9a91f1ba08e9'
const summary = `{"message_type":"summary","files_new":1,"files_changed":0,"files_unmodified":0,"dirs_new":6,"dirs_changed":0,"dirs_unmodified":0,"data_blobs":1,"tree_blobs":7,"data_added":2473,"data_added_packed":1983,"total_files_processed":1,"total_bytes_processed":9007199254740991,"total_duration":0.660447226,"backup_start":"2026-11-22T18:38:20.551302725Z","backup_end":"2026-11-22T18:38:21.211749951Z","snapshot_id":"${id}"}`
const status =
  '{"message_type":"status","seconds_remaining":1,"percent_done":0.25,"total_files":4,"files_done":1,"total_bytes":400,"bytes_done":100,"current_files":["/data/ü"]}'
const unreadable =
  '{"message_type":"error","error":{"message":"open /data/a/f2: permission denied"},"during":"archival","item":"/data/a/f2"}'
const config = '{\n  "version": 2,\n  "id": "fe5dbf54cce4dd3b18f22de0f25de45d555b9350ebb34f9dc806db62f9ebccf7"\n}'
const snapshots = `[{"time":"2026-11-22T18:38:20.551302725Z","tree":"cc","paths":["/data"],"hostname":"ns/claim","tags":["holdfast"],"program_version":"restic 0.18.0","summary":{"files_new":1,"total_files_processed":1,"total_bytes_processed":3,"data_added":7},"id":"${id}","short_id":"58b74e4e"}]`

function json(line: string): Readonly<Record<string, unknown>> {
  const parsed = parseLine(line)
  if (!('json' in parsed)) throw new Error(`${line} is no JSON`)
  return parsed.json
}

describe('restic’s output', () => {
  test.each([1, 2, 7, 1000])('is read by lines, whatever the size of its chunks: %s', size => {
    const lines = new JsonLines()
    const bytes = Buffer.from(`unable to open cache: no\n${status}\r\n\n{"half": \n${summary}`)
    const read: OutputLine[] = []
    for (let at = 0; at < bytes.length; at += size) read.push(...lines.push(bytes.subarray(at, at + size)))
    read.push(...lines.end())
    expect(read).toEqual([
      { text: 'unable to open cache: no' },
      { json: json(status), raw: status },
      { text: '{"half": ' },
      { json: json(summary), raw: summary },
    ])
    expect(JSON.stringify(read)).toContain('/data/ü')
  })

  test('loses the sequences that clear a terminal’s line', () => {
    expect(parseLine('\x1b[2Ksignal terminated received, cleaning up')).toEqual({
      text: 'signal terminated received, cleaning up',
    })
  })

  test('is a document even when it spans lines, or when progress is mixed in', () => {
    expect(repositoryConfig(parseDocument(config))).toEqual({ id: expect.stringMatching(/^fe5d/), format: 2 })
    expect(parseDocument(`${status}\n{"total_size":5,"snapshots_count":2}\n${status}`)).toEqual({
      total_size: 5,
      snapshots_count: 2,
    })
    expect(parseDocument('')).toBeUndefined()
  })
})

describe('restic’s messages', () => {
  test('a backup’s summary keeps every byte, and is none without a whole snapshot id', () => {
    expect(backupSummary(json(summary))).toEqual({
      snapshotId: id,
      totalBytes: Number.MAX_SAFE_INTEGER,
      addedBytes: 1983,
      totalFiles: 1,
      filesNew: 1,
      filesChanged: 0,
      filesUnmodified: 0,
      seconds: 0.660447226,
    })
    expect(backupSummary(json(summary.replace(id, '58b74e4e')))).toBeUndefined()
    expect(backupSummary(json(status))).toBeUndefined()
  })

  test('progress, errors and last words are told apart', () => {
    expect(progress(json(status))).toEqual({
      fraction: 0.25,
      bytesDone: 100,
      totalBytes: 400,
      filesDone: 1,
      totalFiles: 4,
      secondsLeft: 1,
    })
    expect(itemError(json(unreadable))).toEqual({
      item: '/data/a/f2',
      during: 'archival',
      message: 'open /data/a/f2: permission denied',
    })
    expect(exitError(json('{"message_type":"exit_error","code":12,"message":"Fatal: wrong password\\n"}'))).toBe(
      'Fatal: wrong password',
    )
    expect(exitError(json(unreadable))).toBeUndefined()
  })

  test('a restore’s summary leaves out what is zero', () => {
    expect(restoreSummary(json('{"message_type":"summary"}'))).toMatchObject({
      total: 0,
      restored: 0,
      bytesRestored: 0,
    })
    const full =
      '{"message_type":"summary","total_files":3,"files_restored":2,"files_deleted":1,"files_skipped":1,"total_bytes":6,"bytes_restored":4}'
    expect(restoreSummary(json(full))).toEqual({
      total: 3,
      restored: 2,
      skipped: 1,
      deleted: 1,
      totalBytes: 6,
      bytesRestored: 4,
    })
  })

  test('a list of snapshots is one only if every entry is a snapshot', () => {
    expect(snapshotList(parseDocument(snapshots))).toEqual([
      {
        id,
        time: '2026-11-22T18:38:20.551302725Z',
        host: 'ns/claim',
        paths: ['/data'],
        tags: ['holdfast'],
        counts: { filesNew: 1, filesChanged: 0, filesUnmodified: 0, totalFiles: 1, totalBytes: 3, addedBytes: 7 },
      },
    ])
    expect(snapshotList({})).toBeUndefined()
    expect(snapshotList(parseDocument(snapshots.replace(/]$/, ',{"time":"x","paths":null}]')))).toBeUndefined()
  })

  test('init, check, forget and stats say what they did', () => {
    expect(initializedId(json(`{"message_type":"initialized","id":"${id}","repository":"/r"}`))).toBe(id)
    expect(checkErrors(json('{"message_type":"summary","num_errors":0,"broken_packs":null}'))).toBe(0)
    const [one, of] = [parseDocument(snapshots) as unknown[], { host: 'ns/claim', path: '/data' }]
    const groups = [
      { keep: [...one, ...one], remove: one },
      { keep: one, remove: null },
    ]
    expect(forgetAccount(groups, of)).toEqual({ kept: 3, removed: 1 })
    expect(forgetAccount(parseDocument(''), of)).toEqual({ kept: 0, removed: 0 })
    const told = '{"total_size":10,"total_uncompressed_size":30,"compression_ratio":3,"snapshots_count":1}'
    expect(statistics(parseDocument(told))).toEqual({ totalBytes: 10, uncompressedBytes: 30, snapshotCount: 1 })
    expect(statistics(parseDocument('{"total_size":3320,"snapshots_count":2}'))).toEqual({
      totalBytes: 3320,
      snapshotCount: 2,
    })
  })

  test('an empty list that the store forced is recognised by its warnings', () => {
    expect(listingFailed('could not load snapshots: open /r/snapshots: permission denied')).toBe(true)
    expect(ignoredSnapshot(`Ignoring "${id}": failed to load snapshot 58b74e4e: permission denied`)).toBe(
      'failed to load snapshot 58b74e4e: permission denied',
    )
  })
})
