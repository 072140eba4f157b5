import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { formatProblem } from '../../../lib/problem.js'
import { formatLock, parseLock } from '../../../lib/stagger/lock.js'

const schedules = new Map([
  ['shop/orders', { expression: '17 2,14 * * *', timeZone: 'Etc/UTC' }],
  ['blog/uploads', { expression: '5 23 * * 0', timeZone: 'Europe/Berlin' }],
])
const text = formatLock(schedules)
const told = (lock: string) => {
  const read = parseLock(lock)
  return read.ok ? [] : read.problems.map(formatProblem)
}

describe('the lock file', () => {
  test('has a line for each policy, sorted, and is YAML', () => {
    const lines = text.split('\n').filter(line => !line.startsWith('#'))
    expect(lines).toEqual([
      'version: 1',
      'runs:',
      '  blog/uploads: 5 23 * * 0 Europe/Berlin',
      '  shop/orders: 17 2,14 * * * Etc/UTC',
      '',
    ])
    expect(parse(text)).toEqual({
      version: 1,
      runs: { 'blog/uploads': '5 23 * * 0 Europe/Berlin', 'shop/orders': '17 2,14 * * * Etc/UTC' },
    })
  })

  test('is read back as it was, also with the line ends of Windows', () => {
    const sorted = new Map([...schedules].sort())
    expect(parseLock(text)).toEqual({ ok: true, schedules: sorted })
    expect(parseLock(text.replaceAll('\n', '\r\n'))).toEqual({ ok: true, schedules: sorted })
    expect(parseLock('')).toEqual({ ok: true, schedules: new Map() })
    expect(formatLock(new Map())).toBe('')
  })

  test.each([
    [text.replace('version: 1', 'version: 2'), 'has version 2, and this Holdfast knows 1'],
    [text.replace('runs:', '<<<<<<< HEAD\nruns:'), "holds the mark '<<<<<<< HEAD' of a merge"],
    [text.replace('version: 1', '{}'), "begins with '{}'; expected 'version: 1'"],
    ['version: 1\n', 'ends before its runs'],
    [text.slice(0, -12), "expected '  namespace/name: five cron fields and a time zone'"],
    [text.slice(0, -1), 'ends in the middle of a line'],
    [text.replace('Europe/Berlin', 'Europe/Berl'), 'Europe/Berl'],
    [text.replace('17 2,14', '77 2,14'), "minute '77' is outside 0-59"],
    [text.replace('blog/uploads', 'shop/orders'), 'has shop/orders twice'],
  ])('that is damaged is refused: %#', (lock, words) => {
    const [problem, ...others] = told(lock)
    expect(problem).toContain(words)
    expect(problem).toMatch(/^HF5204 holdfast\.lock: .* \(holdfast\.lock:\d+:\d+\)$/)
    expect(others).toEqual([])
  })

  test('says where: line and column', () => {
    expect(told(text.replace('17 2,14', '77 2,14'))[0]).toMatch(/\(holdfast\.lock:6:16\)$/)
  })
})
