import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { root } from './source-file.js'

const page = readFileSync(join(root, 'docs/security.md'), 'utf8')
const rows = page.split('\n').filter(line => /^\| .*\.test\.ts`/.test(line))

/** What a line says: the threat, and the file and title of the test that tries it. */
function read(row: string) {
  const [, threat = '', defence = '', proof = ''] = row.split('|').map(cell => cell.trim())
  const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(proof) ?? []
  return { threat, defence, file, title }
}

describe('the page on security', () => {
  test('has a line for every threat, each with a defence', () => {
    const threats = page.slice(page.indexOf('## Threats'), page.indexOf('## What stays'))
    expect(threats.split('\n').filter(line => line.startsWith('| ')).length - 1).toBe(rows.length)
    expect(rows.map(read).filter(({ threat, defence }) => threat === '' || defence === '')).toEqual([])
    expect(rows.length).toBeGreaterThan(35)
  })

  test.each(rows.map(read))('names a test that is there: $threat', ({ file, title }) => {
    expect(existsSync(join(root, file))).toBe(true)
    expect(readFileSync(join(root, file), 'utf8')).toContain(`'${title}'`)
  })
})
