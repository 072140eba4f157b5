import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { holdfast, inFolder, root } from './command.js'

const policy = join(root, 'examples/first-policy.ts')
const policies = join(root, 'test/cli/policies')
const several = join(policies, 'several.ts')
const own = '.holdfast-synth'

describe('holdfast synth', () => {
  test('writes the YAML, finds it unchanged, and with --check refuses and names what differs', async () => {
    await inFolder(async folder => {
      expect(await holdfast(['synth', policy, '-o', 'out'], folder)).toMatchObject({ code: 0, stderr: '' })
      const name = readdirSync(join(folder, 'out')).find(each => each !== own) ?? ''
      expect(name).toMatch(/\.k8s\.yaml$/)
      const past = new Date('2020-01-01')
      utimesSync(join(folder, 'out', name), past, past)
      expect(await holdfast(['synth', policy, '-o', 'out', '--check'], folder)).toMatchObject({ code: 0 })
      const again = await holdfast(['synth', policy, '-o', 'out'], folder)
      expect(again.stdout).toContain('nothing to change')
      expect(statSync(join(folder, 'out', name)).mtime).toEqual(past)

      appendFileSync(join(folder, 'out', name), '# edited by hand\n')
      writeFileSync(join(folder, 'out/old.k8s.yaml'), 'kind: Old\n')
      writeFileSync(join(folder, 'out/kustomization.yaml'), 'resources: []\n')
      const refused = await holdfast(['synth', policy, '-o', 'out', '--check'], folder)
      expect(refused.code).toBe(1)
      expect(refused.stderr).toContain(`${join('out', name)}: would be changed`)
      expect(refused.stderr).toContain(`${join('out', 'old.k8s.yaml')}: would be removed`)
      expect(refused.stderr).not.toContain('kustomization')
      expect(existsSync(join(folder, 'out/old.k8s.yaml'))).toBe(true)

      expect(await holdfast(['synth', policy, '-o', 'out'], folder)).toMatchObject({ code: 0 })
      expect(readdirSync(join(folder, 'out')).sort()).toEqual([own, name, 'kustomization.yaml'].sort())
    })
  }, 60_000)

  test('an app with problems, or without objects, changes no file', async () => {
    await inFolder(async folder => {
      const broken = await holdfast(['synth', join(policies, 'broken.ts')], folder)
      expect(broken).toMatchObject({ code: 1 })
      expect(broken.stderr).toMatch(/the policy has \d+ problems; nothing was written\n {2}HF\d{4} shop/)
      expect(readdirSync(folder)).toEqual([])
    })
  }, 30_000)

  test('takes the files of several apps of one program, also late ones, in either layout', async () => {
    await inFolder(async folder => {
      expect(await holdfast(['synth', several, '-o', 'out'], folder)).toMatchObject({ code: 0, stderr: '' })
      expect(readdirSync(join(folder, 'out')).sort()).toEqual([own, 'first.k8s.yaml', 'second.k8s.yaml'])
      const teams = await holdfast(['synth', several, '-o', 'out', '--team-label', 'team'], folder)
      expect(teams).toMatchObject({ code: 0, stderr: '' })
      expect(readdirSync(join(folder, 'out'), { recursive: true })).toEqual(
        expect.arrayContaining(['blue-ec7d56a0/shop/a/configmap.a.yaml', 'blue-ec7d56a0/shop/b/configmap.b.yaml']),
      )
      expect(existsSync(join(folder, 'out/first.k8s.yaml'))).toBe(false)
    })
  }, 60_000)

  test.each([
    ['throw', /HF6005 the policy does not run: Error: the last line is wrong\n {2}at .*several\.ts:15:\d+/],
    ['reject', /HF6005 the policy does not run: Error: nobody waited/],
    ['exit', /HF6005 the policy’s program ended with exit code 3, so nothing was written; it said nothing/],
    ['kill', /HF6005 the policy’s program ended with SIGKILL, so nothing was written/],
    [
      'hang',
      /HF6005 the policy’s program ended with exit code 13 \(something that it awaits never comes\), so nothing/,
    ],
    ['clash', /HF6001 first: would be written to first\.k8s\.yaml, and so would first of another app/],
  ])(
    'whose program ends by %s after its apps were synthesized writes nothing and says why',
    async (how, message) => {
      await inFolder(async folder => {
        const ended = await holdfast(['synth', several, '-o', 'out'], folder, { POLICY_END: how })
        expect(ended.code).toBe(1)
        expect(ended.stderr).toMatch(message)
        expect(readdirSync(folder)).toEqual([])
      })
    },
    30_000,
  )

  test('keeps foreign files, and takes YAML that a program writes itself without cdk8s', async () => {
    await inFolder(async folder => {
      const program = `const { writeFileSync } = require('node:fs')
writeFileSync(process.env.CDK8S_OUTDIR + '/own.yaml', 'kind: Own\\n')`
      writeFileSync(join(folder, 'plain.cjs'), program)
      expect(await holdfast(['synth', 'plain.cjs', '-o', 'out'], folder)).toMatchObject({ code: 0, stderr: '' })
      expect(readFileSync(join(folder, 'out/own.yaml'), 'utf8')).toBe('kind: Own\n')
      mkdirSync(join(folder, 'other'))
      writeFileSync(join(folder, 'other/own.yaml'), 'kind: Foreign\n')
      const refused = await holdfast(['synth', 'plain.cjs', '-o', 'other'], folder)
      expect(refused.code).toBe(1)
      expect(refused.stderr).toMatch(/HF6002 plain\.cjs: cannot be written to own\.yaml: .* Holdfast did not write it/)
      expect(readdirSync(join(folder, 'other'))).toEqual(['own.yaml'])
    })
  }, 30_000)
})
