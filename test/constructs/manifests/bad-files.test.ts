import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readManifestFiles } from '../../../constructs/manifest-files.js'
import { claimYaml, withFiles } from './manifest-folder.js'

type Files = Readonly<Record<string, string | Buffer>>

/** What reading a folder says is wrong, a line each. */
function complaints(files: Files, prepare: (folder: string) => void = () => undefined): string[] {
  return withFiles(files, folder => {
    prepare(folder)
    const { problems } = readManifestFiles([folder])
    return problems.map(({ code, source, message }) =>
      `${code} ${source}: ${message}`.replaceAll(`${folder}/`, '').replaceAll(folder, '.'),
    )
  })
}

/** What a folder is read as when it holds one good file beside others. */
function namesBeside(files: Files): string[] {
  const all = { ...files, 'good.yaml': claimYaml('good') }
  return withFiles(all, folder => readManifestFiles([folder]).manifests.map(({ object }) => object.metadata.name))
}

describe('broken YAML', () => {
  test.each([
    ['half-written', `${claimYaml('a')}spec: {accessModes: [ReadWriteOnce\n`, 'HF5001 a.yaml:7:1'],
    ['with a key twice', `${claimYaml('a')}spec: {}\nkind: Pod\n`, 'HF5001 a.yaml:7:1'],
    ['with a tab as indentation', 'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n', 'HF5001 a.yaml:4:1'],
    ['with an unknown alias', `${claimYaml('a')}spec: *nowhere\n`, 'HF5001 a.yaml'],
    ['with an alias to itself', `${claimYaml('a')}spec: &s {a: *s}\n`, 'HF5001 a.yaml'],
    ['with a null byte', `${claimYaml('a')}spec: "\0"\n`, 'HF5001 a.yaml:6:8'],
    ['nested without end', `${claimYaml('a')}spec: ${'['.repeat(20_000)}\n`, 'HF5001 a.yaml:6'],
  ])('%s is named where it breaks', (_, text, expected) => {
    const [complaint, ...others] = complaints({ 'a.yaml': text })
    expect(complaint).toContain(expected)
    expect(others).toEqual([])
  })

  test('in one document does not hide the others, nor other files', () => {
    const text = `${claimYaml('a')}---\n${claimYaml('b')}spec: [\n---\n${claimYaml('c')}`
    expect(namesBeside({ 'a.yaml': text })).toEqual(['a', 'c', 'good'])
    expect(complaints({ 'a.yaml': text })).toHaveLength(1)
  })

  test('that is a bomb of aliases is refused at once', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`)}]\n`,
    )
    const started = performance.now()
    const [complaint] = complaints({ 'bomb.yaml': `${claimYaml('a')}l0: &l0 [x]\n${levels.join('')}` })
    expect(complaint).toMatch(/HF5001 bomb\.yaml.*aliases stand for more than 1,000,000 values/)
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test.each([
    ['name: yes', 'metadata.name', 'is true, a boolean'],
    ['name: 12', 'metadata.name', 'is 12, a number'],
    ['labels: {}', 'metadata.name', 'is missing'],
    ['{name: a, namespace: 7}', 'metadata.namespace', 'is 7, a number'],
  ])('metadata %s cannot be judged', (metadata, path, message) => {
    const text = `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  ${metadata}\n`
    const problems = withFiles({ 'a.yaml': text }, folder => readManifestFiles([folder]).problems)
    expect(problems).toMatchObject([{ code: 'HF5004', path, message: expect.stringContaining(message) }])
  })
})

describe('files that cannot be read', () => {
  test('Latin-1 and UTF-16 are named, with the line', () => {
    const latin = Buffer.from(`# one\n# caf\xe9\n${claimYaml('a')}`, 'latin1')
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(claimYaml('b'), 'utf16le')])
    expect(complaints({ 'latin.yaml': latin, 'wide.yaml': wide })).toEqual([
      expect.stringMatching(/HF5002 latin\.yaml:2:1: is not UTF-8: line 2 has the byte 0xE9/),
      expect.stringMatching(/HF5002 wide\.yaml:1:1: is UTF-16/),
    ])
    expect(namesBeside({ 'bom.yaml': `\uFEFF${claimYaml('with-bom')}` })).toEqual(['with-bom', 'good'])
  })

  test('a file of 10 MB is read', () => {
    const text = Array.from(
      { length: 10_000 },
      (_, index) => `---\n${claimYaml(`claim-${index}`, `shop-${index % 100}`)}${'#'.repeat(1000)}\n`,
    )
    const { manifests, problems } = withFiles({ 'large.yaml': text.join('') }, folder => readManifestFiles([folder]))
    expect([text.join('').length > 10_000_000, manifests.length, problems]).toEqual([true, 10_000, []])
    expect(manifests.at(-1)?.position).toMatch(/large\.yaml:69995:1$/)
  }, 30_000)

  test('links in a circle end, links to what is read anyway add nothing, and links outwards are named', () => {
    const files = { 'apps/a.yaml': claimYaml('a') }
    withFiles({ 'elsewhere/b.yaml': claimYaml('b') }, other => {
      const link = (folder: string) => {
        mkdirSync(join(folder, 'apps/deep'))
        symlinkSync('..', join(folder, 'apps/deep/up'))
        symlinkSync('me.yaml', join(folder, 'apps/me.yaml'))
        symlinkSync('a.yaml', join(folder, 'apps/again.yaml'))
        symlinkSync('gone.yaml', join(folder, 'apps/dangling.yaml'))
        symlinkSync(join(other, 'elsewhere'), join(folder, 'apps/out'))
      }
      expect(complaints(files, link)).toEqual([
        expect.stringMatching(/HF5002 apps\/dangling\.yaml:1:1: is a link that leads nowhere: it does not exist/),
        expect.stringMatching(/HF5002 apps\/me\.yaml:1:1: is a link that leads nowhere: its links lead in a circle/),
        expect.stringMatching(/HF5002 apps\/out:1:1: leads to .*elsewhere, which is not read/),
      ])
      withFiles(files, folder => {
        link(folder)
        const { manifests } = readManifestFiles([folder, other, join(folder, 'apps')])
        expect(manifests.map(({ object }) => object.metadata.name)).toEqual(['a', 'b'])
      })
    })
  })

  test('what is not there, or may not be opened, is named', () => {
    expect(readManifestFiles(['nowhere']).problems).toMatchObject([
      { code: 'HF5002', object: 'nowhere', message: 'cannot be opened: it does not exist' },
    ])
    const closed = (folder: string) => {
      chmodSync(join(folder, 'a.yaml'), 0)
      chmodSync(join(folder, 'b'), 0)
      chmodSync(folder, 0o755)
    }
    const asNobody = (work: () => string[]) => {
      // Nothing is closed to root.
      if (process.getuid?.() !== 0) return work()
      process.seteuid?.(65534)
      try {
        return work()
      } finally {
        process.seteuid?.(0)
      }
    }
    withFiles({ 'a.yaml': claimYaml('a'), 'b/c.yaml': claimYaml('c') }, folder => {
      closed(folder)
      const found = asNobody(() =>
        readManifestFiles([folder]).problems.map(({ object, message }) => `${object}: ${message}`),
      )
      chmodSync(join(folder, 'b'), 0o755)
      expect(found.sort()).toEqual([
        `${folder}/a.yaml: cannot be opened: permission denied`,
        `${folder}/b: cannot be opened: permission denied`,
      ])
    })
  })
})
