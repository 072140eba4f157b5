import { appendFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { holdfast, inFolder, root } from './command.js'

const policy = join(root, 'examples/first-policy.ts')
const policies = join(root, 'test/cli/policies')

describe('holdfast synth', () => {
  test('writes the YAML, finds it unchanged, and with --check refuses and names what differs', async () => {
    await inFolder(async folder => {
      expect(await holdfast(['synth', policy, '-o', 'out'], folder)).toMatchObject({ code: 0, stderr: '' })
      const [name = ''] = readdirSync(join(folder, 'out'))
      expect(name).toMatch(/\.k8s\.yaml$/)
      expect(await holdfast(['synth', policy, '-o', 'out', '--check'], folder)).toMatchObject({ code: 0 })

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
      expect(readdirSync(join(folder, 'out')).sort()).toEqual([name, 'kustomization.yaml'].sort())
    })
  }, 60_000)

  test('an app with problems, or without objects, changes no file', async () => {
    await inFolder(async folder => {
      expect(await holdfast(['synth', join(policies, 'broken.ts')], folder)).toMatchObject({ code: 1 })
      expect(readdirSync(folder)).toEqual([])
    })
  }, 30_000)
})
