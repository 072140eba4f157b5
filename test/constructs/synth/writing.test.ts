import { lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import { filesOf, synthFleet } from '../../../constructs/index.js'
import type { WantedFile } from '../../../constructs/synth/file-changes.js'
import { compareFiles, writeFiles } from '../../../constructs/synth/write-files.js'
import { fleet, plain } from './team-fleet.js'
import { inTemporaryFolder, textsIn } from './written.js'

const file = (path: string, text = 'kind: X\n'): WantedFile => ({
  base: 'output',
  path,
  content: Buffer.from(text),
  construct: `chart/${path}`,
})
const old = new Date('2020-01-01')

describe('writing', () => {
  test('leaves files that are the same alone, and says what it changed', () => {
    inTemporaryFolder(folder => {
      writeFiles(folder, [file('a.yaml'), file('n/b.yaml')])
      for (const path of ['a.yaml', 'n/b.yaml', '.holdfast-synth/files']) utimesSync(join(folder, path), old, old)
      expect(writeFiles(folder, [file('a.yaml'), file('n/b.yaml', 'kind: Y\n')])).toEqual([
        { base: 'output', path: 'n/b.yaml', change: 'changed' },
      ])
      expect(statSync(join(folder, 'a.yaml')).mtime).toEqual(old)
      expect(statSync(join(folder, '.holdfast-synth/files')).mtime).toEqual(old)
      expect(writeFiles(folder, [file('a.yaml'), file('n/b.yaml', 'kind: Y\n')])).toEqual([])
    })
  })

  test('keeps a sorted list of its files without times and places, and removes those it no longer makes', () => {
    inTemporaryFolder(folder => {
      const outdir = join(folder, 'new', 'dist')
      writeFiles(outdir, [file('z.yaml'), file('n/m/b.yaml'), file('a.yaml')])
      writeFileSync(join(outdir, 'n/foreign.yaml'), 'kind: Foreign\n')
      expect(textsIn(outdir)['.holdfast-synth/files']).toMatch(/^# [^\n]*\na\.yaml\nn\/m\/b\.yaml\nz\.yaml\n$/)
      expect(writeFiles(outdir, [file('a.yaml')]).filter(({ change }) => change === 'removed')).toHaveLength(2)
      expect(Object.keys(textsIn(outdir)).sort()).toEqual(['.holdfast-synth/files', 'a.yaml', 'n/foreign.yaml'])
    })
  })

  test('takes over what cdk8s wrote, and nothing else', () => {
    inTemporaryFolder(folder => {
      for (const name of ['a.k8s.yaml', 'old.k8s.yaml', 'same.yaml', 'foreign.yaml', 'sub/other.k8s.yaml']) {
        mkdirSync(join(folder, 'sub'), { recursive: true })
        writeFileSync(join(folder, name), name === 'same.yaml' ? 'kind: X\n' : 'kind: Old\n')
      }
      const changes = writeFiles(folder, [file('a.k8s.yaml'), file('same.yaml')])
      expect(changes.map(({ path, change }) => `${path} ${change}`)).toEqual([
        'a.k8s.yaml changed',
        '.holdfast-synth/files added',
        'old.k8s.yaml removed',
      ])
      expect(Object.keys(textsIn(folder))).toEqual(expect.arrayContaining(['foreign.yaml', 'sub/other.k8s.yaml']))
    })
  })

  test('refuses foreign files, folders and symbolic links in the way, all at once, and changes nothing', () => {
    inTemporaryFolder(folder => {
      const outdir = join(folder, 'dist')
      mkdirSync(join(outdir, 'folder.yaml'), { recursive: true })
      mkdirSync(join(folder, 'outside'))
      writeFileSync(join(outdir, 'foreign.yaml'), 'kind: Foreign\n')
      symlinkSync(join(folder, 'outside'), join(outdir, 'link'))
      symlinkSync(join(folder, 'outside/target'), join(outdir, 'link.yaml'))
      const wanted = ['foreign.yaml', 'folder.yaml', 'link/a.yaml', 'link.yaml', 'good.yaml', '../out.yaml'].map(path =>
        file(path),
      )
      const before = textsIn(folder)
      let message = ''
      try {
        writeFiles(outdir, wanted)
      } catch (error) {
        message = String(error)
      }
      expect(message.match(/HF6002/g)).toHaveLength(5)
      expect(message).toMatch(
        /\[chart\/foreign\.yaml\] HF6002 chart\/foreign\.yaml: cannot be written to foreign\.yaml/,
      )
      expect(() => compareFiles(outdir, wanted)).toThrow('HF6002')
      expect(textsIn(folder)).toEqual(before)
    })
  })

  test('follows a symbolic link that the output folder itself is', () => {
    inTemporaryFolder(folder => {
      mkdirSync(join(folder, 'real'))
      symlinkSync(join(folder, 'real'), join(folder, 'dist'))
      writeFiles(join(folder, 'dist'), [file('a.yaml')])
      expect(readFileSync(join(folder, 'real/a.yaml'), 'utf8')).toBe('kind: X\n')
      expect(lstatSync(join(folder, 'dist')).isSymbolicLink()).toBe(true)
    })
  })

  test('believes no list that leads out of the folder', () => {
    inTemporaryFolder(folder => {
      writeFileSync(join(folder, 'precious'), 'mine')
      const outdir = join(folder, 'dist')
      mkdirSync(join(outdir, '.holdfast-synth'), { recursive: true })
      writeFileSync(join(outdir, '.holdfast-synth/files'), '../precious\n/etc/passwd\n')
      writeFiles(outdir, [file('a.yaml')])
      expect(textsIn(folder)['precious']).toBe('mine')
    })
  })
})

describe('synthFleet', () => {
  test('writes where the app says, and gives what changed', () => {
    inTemporaryFolder(folder => {
      const app = new App({ outdir: join(folder, 'yaml') })
      plain(new Chart(app, 'shop'), 'a', 'Deployment', 'a')
      expect(synthFleet(app).map(({ path }) => path)).toEqual(['shop.k8s.yaml', '.holdfast-synth/files'])
      expect(synthFleet(app)).toEqual([])
      expect(synthFleet(app, { outdir: join(folder, 'other'), layout: 'namespaces' })).toHaveLength(4)
    })
  })

  test('lets several apps of one program share a folder, but no file', () => {
    inTemporaryFolder(outdir => {
      const apps = ['one', 'two', 'two'].map(id => {
        const app = new App({ outdir })
        plain(new Chart(app, id), 'a', 'Deployment', 'a')
        return app
      }) as [App, App, App]
      synthFleet(apps[0])
      synthFleet(apps[1])
      expect(Object.keys(textsIn(outdir)).sort()).toEqual(['.holdfast-synth/files', 'one.k8s.yaml', 'two.k8s.yaml'])
      expect(() => synthFleet(apps[2])).toThrow('HF6001 two: would be written to two.k8s.yaml')
    })
  })

  test('names the files of all its apps in one kustomization', () => {
    inTemporaryFolder(outdir => {
      for (const id of ['one', 'two']) {
        const app = new App({ outdir })
        plain(new Chart(app, id, { namespace: 'shop' }), 'a', 'Deployment', id)
        synthFleet(app, { layout: 'namespaces' })
      }
      expect(textsIn(outdir)['shop/kustomization.yaml']).toMatch(/resources:\n {2}- one\n {2}- two\n$/)
    })
  })

  test('with one policy changed rewrites one file of thousands', () => {
    inTemporaryFolder(outdir => {
      synthFleet(fleet({ shop: 1000 }), { outdir, layout: 'namespaces' })
      const files = textsIn(outdir)
      writeFileSync(join(outdir, 'shop/app-7/cronjob.app-7.apps.yaml'), 'edited: by hand\n')
      expect(compare(fleet({ shop: 1000 }), outdir)).toEqual(['shop/app-7/cronjob.app-7.apps.yaml'])
      expect(textsIn(outdir)).toEqual(files)
    })
  })
})

// The second app of this process would otherwise share the folder with the first.
function compare(app: App, outdir: string): string[] {
  const project = process.cwd()
  const wanted = synthFiles(app)
  return writeFiles(outdir, wanted, { project }).map(({ path }) => path)
}

function synthFiles(app: App): WantedFile[] {
  return filesOf(app, { layout: 'namespaces' }).map(each => ({ base: 'output', ...each }))
}
