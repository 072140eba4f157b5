import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../../scripts/tools.mjs'
import { cheapRepository } from './cheap-key.js'

const password = 'ein Paßwort'
let folder: string
let id: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-cheap-'))
  id = cheapRepository(join(folder, 'repository'), password)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const call = (args: readonly string[], word = password) => ({
  program: toolPath('restic'),
  args: ['-r', join(folder, 'repository'), '--no-cache', ...args],
  options: { env: { RESTIC_PASSWORD: word, HOME: folder }, encoding: 'utf8' as const },
})
const restic = (...args: string[]) => {
  const { program, args: all, options } = call(args)
  return execFileSync(program, all, options)
}

describe('a repository with a cheap key', () => {
  test('is one that restic itself opens, backs up to, checks with all its data and restores from', () => {
    mkdirSync(join(folder, 'data'))
    writeFileSync(join(folder, 'data/file'), 'precious')
    expect(JSON.parse(restic('cat', 'config'))).toMatchObject({ id, version: 2 })
    restic('backup', '--host=shop/db', join(folder, 'data'))
    expect(restic('check', '--read-data')).toContain('no errors were found')
    restic('restore', `latest:${join(folder, 'data')}`, `--target=${join(folder, 'restored')}`)
    expect(readFileSync(join(folder, 'restored/file'), 'utf8')).toBe('precious')
  })

  test('still asks for its password', () => {
    const { program, args, options } = call(['cat', 'config'], 'another')
    expect(spawnSync(program, args, options).status).toBe(12)
  })
})
