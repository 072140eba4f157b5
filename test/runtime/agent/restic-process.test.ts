import { describe, expect, test } from '@jest/globals'
import type { OutputLine } from '../../../lib/restic/json-lines.js'
import { processHost } from '../../../runtime/agent/process-host.js'
import { progressLine, readableBytes, readableSeconds } from '../../../runtime/agent/progress-log.js'
import { niceWrapper, runProcess } from '../../../runtime/agent/restic-process.js'

const options = { env: { PATH: '/nowhere' }, signal: new AbortController().signal, graceSeconds: 1, wrapper: [] }

describe('a restic process', () => {
  test('that cannot be started says so instead of throwing', async () => {
    const lines: OutputLine[] = []
    const take = (line: OutputLine) => void lines.push(line)
    const end = await runProcess(processHost(), ['version'], { ...options, onStdout: take, onStderr: take })
    expect(end).toMatchObject({ code: null, startError: expect.stringContaining('ENOENT') })
    expect(lines).toEqual([])
  })

  test('is not started at all once a stop was asked for', async () => {
    const take = () => undefined
    const end = await runProcess(processHost(), [], {
      ...options,
      signal: AbortSignal.abort(),
      onStdout: take,
      onStderr: take,
    })
    expect(end).toEqual({ code: null, signal: 'SIGTERM' })
  })

  test('runs under nice and ionice when the container’s settings say so, and under nothing else', () => {
    expect(niceWrapper({})).toEqual([])
    expect(niceWrapper({ NICE_ADJUSTMENT: '-5', IONICE_CLASS: '2', IONICE_CLASS_DATA: '7' })).toEqual([
      ...['nice', '--adjustment=-5', 'ionice', '--class=2', '--classdata=7'],
    ])
    expect(niceWrapper({ NICE_ADJUSTMENT: '5; rm', IONICE_CLASS_DATA: '7' })).toEqual([])
  })
})

describe('progress in the log', () => {
  test('reads as a sentence', () => {
    const progress = { fraction: 0.1234, bytesDone: 1536, totalBytes: 3 * 1024 ** 3, filesDone: 1, totalFiles: 9 }
    expect(progressLine({ ...progress, secondsLeft: 65 })).toBe(
      '12.3 %: 1.5 KiB of 3.0 GiB, 1 of 9 files, about 1m05s left',
    )
    expect(progressLine(progress)).toBe('12.3 %: 1.5 KiB of 3.0 GiB, 1 of 9 files')
    expect([readableBytes(0), readableBytes(1023), readableSeconds(3661)]).toEqual(['0 B', '1023 B', '1h01m'])
  })
})
