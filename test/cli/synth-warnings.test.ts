import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { Terminal } from '../../cli/display/terminal.js'
import { synth } from '../../cli/synth.js'
import { inFolder, root } from './command.js'

test('holdfast synth shows what a policy is warned of, with its line, and writes the files', async () => {
  await inFolder(async folder => {
    let text = ''
    const terminal = new Terminal({ write: (part: string) => (text += part) }, {})
    const policy = join(root, 'test/cli/policies/deprecated.ts')
    const output = join(folder, 'out')
    await synth(policy, { output }, terminal, new AbortController().signal)
    expect(text).toMatch(/! HF1010 shop\/old: spec\.old: is deprecated \(test\/cli\/policies\/deprecated\.ts:18:1\)\n/)
    expect(text.match(/HF1010/g)).toHaveLength(1)
    expect(readdirSync(output)).toContain('shop.k8s.yaml')
  })
}, 60_000)
