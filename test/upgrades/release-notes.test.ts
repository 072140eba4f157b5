import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

const script = resolve(import.meta.dirname, '../../scripts/release-notes.mjs')
let folder = ''

const git = (...args: readonly string[]) => {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' })
}

function commit(subject: string, files: readonly string[], body = ''): void {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${subject}\n`)
  }
  git('add', '.')
  git('commit', '-q', '-m', body === '' ? subject : `${subject}\n\n${body}`)
}

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8' })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-notes-'))
  git('init', '-q', '-b', 'main')
  commit('Begin', ['README.md'])
  git('tag', 'v0.1.0')
  commit('Bound every duration', ['lib/api/text.ts', 'docs/api.md', 'test/a.test.ts', 'test/b.test.ts'])
  commit(
    'Take the image from one place',
    ['constructs/controller.ts', 'dist/system.yaml'],
    'Why it is so.\n\nUpgrade: list the image of 0.1.0 in trustedImages\nUpgrade: synthesize again',
  )
  commit('Say why a pod waits', [
    'runtime/controller/session/progress.ts',
    'lib/reason.ts',
    'runtime/controller/log.ts',
  ])
  commit('Explain tenancy', ['docs/tenancy.md'])
  commit('Test twice', ['test/c.test.ts'])
  git('tag', 'v0.2.0')
  commit('Begin the next one', ['cli/next.ts'])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the release notes', () => {
  test('are the subjects between two tags, by what was changed, and first what to do before', () => {
    expect(run('v0.1.0', 'v0.2.0').stdout).toBe(`# v0.2.0

5 changes since v0.1.0.

## Before you upgrade

- list the image of 0.1.0 in trustedImages
- synthesize again

## API

- Bound every duration

## Policies

- Take the image from one place

## Controller

- Say why a pod waits

## Documentation

- Explain tenancy

## Tests and build

- Test twice
`)
  })

  test('reach to the present commit without a second tag', () => {
    expect(run('v0.2.0').stdout).toBe('# HEAD\n\n1 change since v0.2.0.\n\n## Command line\n\n- Begin the next one\n')
  })

  test('of a tag that is not there are an error of git, and without any tag a usage', () => {
    expect(run('v9.9.9')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('v9.9.9') })
    expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('usage') })
  })
})
