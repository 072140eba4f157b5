import { describe, expect, test } from '@jest/globals'
import { Terminal } from '../../cli/display/terminal.js'
import { program } from '../../cli/program.js'
import { version } from '../../lib/version.js'

const commands = [
  'try',
  'synth',
  'check',
  'diff',
  'trigger',
  'restore',
  'report',
  'bootstrap',
  'status',
  'crds',
  'version',
]

/** What the command line prints, and commander’s exit code when it ended early. */
async function printed(...args: string[]): Promise<{ text: string; code: number }> {
  let text = ''
  const terminal = new Terminal({ write: (part: string) => (text += part) }, {})
  const root = program(terminal, new AbortController().signal)
  for (const each of [root, ...root.commands]) each.configureOutput({ writeErr: part => (text += part) })
  try {
    await root.parseAsync(args, { from: 'user' })
    return { text, code: 0 }
  } catch (error) {
    return { text, code: (error as { exitCode: number }).exitCode }
  }
}

describe('the command line', () => {
  test('lists every command, examples and the exit codes', async () => {
    const { text, code } = await printed('--help')
    expect(code).toBe(0)
    for (const name of commands) expect(text).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect(text).toMatch(/^Exit codes:$/m)
  })

  test.each(commands)('%s explains itself with examples', async name => {
    const { text } = await printed(name, '--help')
    expect(text).toMatch(new RegExp(`Examples:\\n  holdfast ${name}`))
  })

  test('says which version it is, in both ways', async () => {
    expect((await printed('version')).text).toBe(`${version}\n`)
    expect((await printed('--version')).text).toBe(`${version}\n`)
  })

  test('prints all six definitions as YAML', async () => {
    const { text } = await printed('crds')
    expect(text.match(/^kind: CustomResourceDefinition$/gm)).toHaveLength(6)
  })

  test('a mistyped command is refused with the one that was meant', async () => {
    expect(await printed('trigge')).toEqual({ text: expect.stringContaining('Did you mean trigger?'), code: 1 })
  })

  test('a restore needs a repository and one of three words for overwriting', async () => {
    expect((await printed('restore', 'orders')).text).toContain("required option '--repository <name>' not specified")
    const wrong = await printed('restore', 'orders', '--repository', 'store', '--overwrite', 'Yes')
    expect(wrong.text).toContain('Allowed choices are IfEmpty, Merge, Replace')
  })
})
