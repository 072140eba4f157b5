import { describe, expect, test } from '@jest/globals'
import { FileMemory } from '../../constructs/manifests/file-memory.js'
import { policy, replaced, shop } from '../lib/diff/fleets.js'
import { inRepository, seen } from './diff-repository.js'

const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 12\n'

describe('holdfast diff and what git holds', () => {
  test('a path of a revision that is not there is an error, never a fleet that comes or goes', async () => {
    await inRepository(async repository => {
      repository.write('dist/shop.yaml', shop())
      repository.commit('one')
      expect(await seen('HEAD:dits', 'HEAD:dist')).toMatchObject({
        code: 2,
        message: expect.stringContaining('HEAD:dits'),
      })
      expect(await seen('HEAD:dist', 'HEAD:dits')).toMatchObject({ code: 2, text: '' })
    })
  })

  test('a pointer of Git LFS is no empty file', async () => {
    await inRepository(async repository => {
      repository.write('dist/shop.yaml', shop())
      repository.commit('content')
      repository.write('dist/shop.yaml', pointer)
      repository.commit('pointer')
      expect((await seen('HEAD~1', 'HEAD')).message).toContain('HF5002 HEAD:dist/shop.yaml: is a pointer of Git LFS')
    })
  })

  test('a submodule is told whatever its name is', async () => {
    await inRepository(async repository => {
      repository.write('shop.yaml', shop())
      repository.commit('one')
      const commit = repository.git('rev-parse', 'HEAD').trim()
      repository.git('update-index', '--add', '--cacheinfo', `160000,${commit},dist`)
      repository.git('commit', '--quiet', '-m', 'two')
      const { text, notes } = await seen('HEAD~1', 'HEAD')
      expect(notes).toContain('HEAD:dist is a link or a submodule, and is not read')
      expect(text).toContain('HEAD:dist is a link or a submodule, and is not read')
    })
  })

  test('what could not be read before stands in every output, so that nothing changes is not the whole answer', async () => {
    await inRepository(async repository => {
      repository.write('shop.yaml', shop())
      repository.write('\u001b[2Jhalf.yaml', 'kind: [half')
      repository.commit('one')
      repository.git('rm', '--quiet', '--', '\u001b[2Jhalf.yaml')
      repository.commit('two')
      for (const output of ['text', 'markdown'] as const) {
        const { text, notes } = await seen('HEAD~1', 'HEAD', { output })
        expect(text).toContain('1 part of HEAD')
        expect(text).toContain('could not be read')
        expect(notes).not.toContain('\u001b')
      }
    })
  })

  test('a file that is named is read whatever it is called, as on disk', async () => {
    await inRepository(async repository => {
      repository.write('manifests.txt', shop())
      repository.commit('one')
      repository.write('manifests.txt', replaced(shop(), [policy({ paused: true })]))
      expect((await seen('HEAD', undefined, { path: ['manifests.txt'] })).text).toContain('protection-paused')
    })
  })

  test('a branch whose name looks like a replacement keeps its name', async () => {
    await inRepository(async repository => {
      repository.write('shop.yaml', shop())
      repository.commit('one')
      repository.git('branch', 'a$&b')
      repository.write('shop.yaml', replaced(shop(), [policy({ paused: true })]))
      expect((await seen('a$&b')).text).toContain('a$&b:shop.yaml:')
    })
  })

  test('a text that is known under another name keeps its objects and gets its own positions', () => {
    const memory = new FileMemory()
    const [object] = shop()
    if (object === undefined) throw new Error('the shop is empty')
    const problems = [{ code: 'HF5001', object: 'a', path: '', message: 'm', source: 'a:2:1' }] as const
    const read = () => ({ manifests: [{ object, position: 'a:1:1' }], problems })
    memory.contentOf('a', 'text', read)
    const again = memory.contentOf('b', 'text', () => {
      throw new Error('parsed twice')
    })
    expect(again.manifests).toEqual([{ object, position: 'b:1:1' }])
    expect(again.manifests[0]?.object).toBe(object)
    expect(again.problems).toMatchObject([{ object: 'b', source: 'b:2:1' }])
  })
})
