import { describe, expect, test } from '@jest/globals'
import { printFindings } from '../../cli/check/finding-output.js'
import { printable } from '../../cli/display/printable.js'
import { Terminal } from '../../cli/display/terminal.js'

const evil = {
  severity: 'error',
  code: 'HF5004',
  object: 'a\u001b[2J\n  ✔ all claims protected',
  path: '',
  message: 'one\n::notice::two\u009b31m\u202e%',
  file: 'a,b:c.yaml',
  line: 1,
  column: 1,
} as const

function printed(format: 'table' | 'json' | 'github'): string {
  let text = ''
  printFindings([evil], format, new Terminal({ write: (part: string) => (text += part) }, {}))
  return text
}

describe('text of others', () => {
  test('cannot move the cursor, colour, or hide words of a terminal', () => {
    expect(printable('\u001b[31mx\r\u0007\u202e')).toBe('\\u001b[31mx\\u000d\\u0007\\u202e')
    expect(printed('table')).toMatch(
      /a\\u001b\[2J\\u000a {2}✔ all claims protected: one\n {8}::notice::two\\u009b31m\\u202e%/,
    )
  })

  test('stays the same text in JSON', () => {
    const [finding] = JSON.parse(printed('json')) as (typeof evil)[]
    expect(finding).toMatchObject({ object: evil.object, message: evil.message })
    expect(printed('json')).not.toMatch(/[\u009b\u202e]/)
  })

  test('cannot begin a command of a GitHub workflow', () => {
    const lines = printed('github').trimEnd().split('\n')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^::error file=a%2Cb%3Ac\.yaml,line=1,col=1,title=HF5004 [^:]*::one%0A {8}::notice/)
  })

  test('leaves colours of ours alone', () => {
    let text = ''
    const terminal = new Terminal({ isTTY: true, write: (part: string) => (text += part) }, { FORCE_COLOR: '1' })
    terminal.line(terminal.colours.red('x\u001b[2J'))
    expect(text).toBe('\u001b[31mx\\u001b[2J\u001b[39m\n')
  })
})
