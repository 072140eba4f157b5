import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { claim, policy, replaced, shop, repository as storeOfShop } from '../lib/diff/fleets.js'
import { inRepository, seen } from './diff-repository.js'

const weekly = () => replaced(shop(), [policy({ schedule: '0 3 * * 0' })])
const another = () => replaced(shop(), [policy({ backupHistoryLimit: 9 })])

describe('holdfast diff', () => {
  test('leaves nothing behind', async () => {
    await inRepository(async repository => {
      repository.write('shop.yaml', shop())
      repository.commit('one')
      const scratch = mkdtempSync(join(tmpdir(), 'holdfast-scratch-'))
      const usual = process.env['TMPDIR']
      process.env['TMPDIR'] = scratch
      try {
        expect((await seen('HEAD', 'HEAD')).code).toBe(0)
        expect((await seen('HEAD', 'HEAD', { path: ['nowhere'] })).code).toBe(2)
        expect(readdirSync(scratch)).toEqual([])
      } finally {
        if (usual === undefined) delete process.env['TMPDIR']
        else process.env['TMPDIR'] = usual
        rmSync(scratch, { recursive: true, force: true })
      }
    })
  })

  test('compares two revisions without touching work tree or index', async () => {
    await inRepository(async repository => {
      repository.write('dist/shop.yaml', shop())
      repository.commit('before')
      repository.write('dist/shop.yaml', weekly())
      repository.commit('after')
      repository.write('dist/shop.yaml', 'not: committed')
      const status = repository.git('status', '--porcelain')
      const { code, text, message } = await seen('HEAD~1', 'HEAD', { path: ['dist'] })
      expect(code).toBe(4)
      expect(message).toBe('1 danger')
      expect(text).toContain('1 danger  HEAD~1 → HEAD')
      expect(text).toContain('danger   policy shop/orders  schedule-rarer')
      expect(text).toMatch(/HEAD~1:dist\/shop\.yaml:\d+:\d+ → HEAD:dist\/shop\.yaml:\d+:\d+/)
      expect(repository.git('status', '--porcelain')).toBe(status)
    })
  })

  test('compares a revision with the work tree, also from a folder below the top', async () => {
    await inRepository(async repository => {
      repository.write('apps/dist/shop.yaml', shop())
      repository.write('other.yaml', shop())
      repository.commit('before')
      repository.write('apps/dist/shop.yaml', another())
      process.chdir('apps')
      const { code, text } = await seen('main')
      expect(code).toBe(0)
      expect(text).toContain('1 notice  main → the work tree')
      expect(text).toMatch(/main:apps\/dist\/shop\.yaml:\d+:\d+ → dist\/shop\.yaml:\d+:\d+/)
      expect((await seen('main', undefined, { path: ['dist'] })).text).toBe(text)
      expect((await seen('main:apps/dist', './dist')).text).toContain('1 notice')
    })
  })

  test('compares folders where there is no git', async () => {
    await inRepository(async repository => {
      repository.write('a/shop.yaml', shop())
      repository.write('b/shop.yaml', weekly())
      repository.git('config', 'core.bare', 'false')
      expect((await seen('./a', './b')).code).toBe(4)
      expect((await seen('a/shop.yaml', 'a')).text).toContain('nothing changes')
    })
  })

  test.each([
    ['danger', 0],
    ['warning', 3],
    ['never', 0],
  ] as const)('with warnings and --fail-on %s it ends with %i', async (failOn, code) => {
    await inRepository(async repository => {
      repository.write('a.yaml', shop())
      repository.write('b.yaml', replaced(shop(), [policy({ partialPolicy: 'Accept' })]))
      expect((await seen('a.yaml', 'b.yaml', { failOn })).code).toBe(code)
    })
  })

  test('danger fails at both thresholds, and never when nothing is to fail', async () => {
    await inRepository(async repository => {
      repository.write('a.yaml', shop())
      repository.write('b.yaml', weekly())
      for (const [failOn, code] of [
        ['danger', 4],
        ['warning', 4],
        ['never', 0],
      ] as const) {
        expect((await seen('a.yaml', 'b.yaml', { failOn })).code).toBe(code)
      }
    })
  })

  test('what cannot be read now is an error, what could not be read before a note', async () => {
    await inRepository(async repository => {
      repository.write('dist/shop.yaml', 'kind: [half')
      repository.commit('broken')
      repository.write('dist/shop.yaml', shop())
      repository.commit('mended')
      const mended = await seen('HEAD~1', 'HEAD')
      expect(mended.code).toBe(0)
      expect(mended.notes).toMatch(/before: HF5001 .*HEAD~1:dist\/shop\.yaml/)
      const broken = await seen('HEAD', 'HEAD~1')
      expect(broken).toMatchObject({ code: 1, text: '' })
      expect(broken.message).toMatch(/^HEAD~1 cannot be read, so nobody can say what changed\n {2}HF5001 HEAD~1:dist/)
    })
  })

  test('nothing to compare is an error, never “no changes”', async () => {
    await inRepository(async repository => {
      repository.write('readme.md', 'hello')
      repository.commit('empty')
      repository.write('dist/shop.yaml', shop())
      repository.commit('first')
      expect(await seen('HEAD~1', 'HEAD~1')).toMatchObject({ code: 1 })
      expect(await seen('HEAD', 'HEAD~1')).toMatchObject({ code: 1 })
      expect(await seen('HEAD~1', 'HEAD', { path: ['dits'] })).toMatchObject({
        code: 2,
        message: 'dits: on neither side',
      })
      const first = await seen('HEAD~1', 'HEAD', { path: ['dist'] })
      expect(first).toMatchObject({ code: 0, notes: expect.stringContaining('HEAD~1 has no dist') })
      expect(first.text).toContain('protection-gained')
    })
  })

  test('a side that is nothing, or two things, is refused with the way out', async () => {
    await inRepository(async repository => {
      repository.write('main', 'a file')
      repository.commit('one')
      expect((await seen('origin/main', 'HEAD')).message).toContain('no revision that git knows. ‘git fetch origin’')
      expect((await seen('main', 'HEAD')).message).toContain('write ./main for what is on disk, or refs/heads/main')
      expect((await seen('--output=x', 'HEAD')).code).toBe(2)
      expect((await seen('HEAD', 'HEAD', { path: ['../..'] })).message).toContain('outside the repository')
    })
  })

  test('with --merge-base only the branch’s own changes count', async () => {
    await inRepository(async repository => {
      repository.write('shop.yaml', shop())
      repository.commit('base')
      repository.git('switch', '--quiet', '-c', 'branch')
      repository.write('shop.yaml', another())
      repository.commit('mine')
      repository.git('switch', '--quiet', 'main')
      repository.write('shop.yaml', weekly())
      repository.commit('theirs')
      expect((await seen('main', 'branch')).text).toContain('schedule-changed')
      const own = await seen('main', 'branch', { mergeBase: true })
      expect(own.text).toContain('1 notice')
      expect(own.text).not.toContain('schedule')
      expect((await seen('.', 'branch', { mergeBase: true })).code).toBe(2)
    })
  })

  test('links of a revision are told and not followed; other files are not read', async () => {
    await inRepository(async repository => {
      repository.write('dist/shop.yaml', shop())
      repository.write('notes.txt', 'kind: [half')
      repository.write("file with 'quotes' and ünïcode.yaml", [])
      symlinkSync('/etc', `${repository.folder}/dist/etc.yaml`)
      repository.commit('linked')
      const { code, notes } = await seen('HEAD', 'HEAD')
      expect(code).toBe(0)
      expect(notes).toContain('HEAD:dist/etc.yaml is a link or a submodule, and is not read')
    })
  })

  test('a list of exemptions is read as each side has it', async () => {
    await inRepository(async repository => {
      repository.write('dist/shop.yaml', shop())
      repository.commit('before')
      repository.write('dist/shop.yaml', [storeOfShop(), claim()])
      repository.write('exemptions.yaml', '- { claim: shop/*, reason: a cache, until: 2027-06-30 }\n')
      repository.commit('after')
      const { code, text } = await seen('HEAD~1', 'HEAD', { exemptions: 'exemptions.yaml' })
      expect(code).toBe(0)
      expect(text).toContain('It is exempt until 2027-06-30: a cache.')
      repository.write('exemptions.yaml', 'claim: x')
      repository.commit('broken')
      const broken = await seen('HEAD~1', 'HEAD', { exemptions: 'exemptions.yaml' })
      expect(broken.message).toBe('HEAD:exemptions.yaml is not a list of claim, reason, until')
    })
  })

  test('snapshots of the stores make retention exact', async () => {
    await inRepository(async repository => {
      const keep = (keepDaily: number) => replaced(shop(), [policy({ retentionPolicy: { keepDaily } })])
      repository.write('a/shop.yaml', keep(30))
      repository.write('b/shop.yaml', keep(7))
      const list = Array.from({ length: 9 }, (_, index) => ({
        id: String(index).padStart(64, '0'),
        time: `2026-11-1${index}T03:00:00Z`,
        hostname: 'demo/shop/orders-data',
        paths: ['/holdfast-data'],
      }))
      writeFileSync('snapshots.json', JSON.stringify(list))
      const { text } = await seen('a', 'b', { snapshots: ['snapshots.json'] })
      expect(text).toContain('the next run would remove 2 of 9 snapshots in the store')
      writeFileSync('snapshots.json', JSON.stringify([{ ...list[0], time: 'noon' }]))
      const { message } = await seen('a', 'b', { snapshots: ['snapshots.json'] })
      expect(message).toMatch(/entry 1 of 1 has no id, time, hostname and paths that can be read: .*"time":"noon"/)
    })
  })
})
