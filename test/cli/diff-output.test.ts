import { describe, expect, test } from '@jest/globals'
import { markdownOf, marker } from '../../cli/diff/markdown.js'
import { markdownCode, markdownText } from '../../cli/diff/markdown-text.js'
import { printable } from '../../cli/diff/printable.js'
import type { Change } from '../../lib/diff/change.js'
import { differenceBetween } from '../../lib/diff/changes.js'
import { claim, fleet, now, policy, replaced, shop } from '../lib/diff/fleets.js'
import { inRepository, seen } from './diff-repository.js'

const side = (name: string) => ({ name, fleet: fleet([]), exemptions: [], notes: [], missing: [] })
const others = { added: 0, removed: 0, changed: 0 }
const page = (changes: readonly Change[], name = 'main') =>
  markdownOf({ before: side(name), after: side('HEAD') }, { changes, others })
const change = (fields: Partial<Change> = {}): Change => ({
  ...{
    severity: 'danger',
    kind: 'protection-lost',
    subject: 'claim shop/a',
    sentence: 'It is gone.',
    details: [],
    positions: {},
  },
  ...fields,
})

const attacks = [
  '<script>alert(1)</script>',
  '</code></details><img src=x onerror=alert(1)>',
  'a | b | c',
  '| --- |\n| x |',
  '@everyone please @octo-cat/team',
  '[link](https://evil.example)',
  '![image](https://evil.example/x.png)',
  'https://evil.example www.evil.example',
  '`code` **bold** _it_ ~~no~~ # head',
  '\\| \\\\| \\`',
  '#123 !45 $67 ~label &8',
  '/close\n/approve',
  '<!-- holdfast-diff -->',
  '-->',
  '&lt;b&gt; &#60;',
  '\u001b[31mred\u001b[0m \u202egnp.exe',
]

describe('Markdown for a pull request', () => {
  test('has a marker, counts, a table for each severity and folded details', () => {
    const details = [{ field: 'spec.schedule', before: '0 3 * * *', after: '0 4 * * *' }]
    const text = page([change(), change({ severity: 'notice', details, positions: { after: 'HEAD:dist/a.yaml:3:1' } })])
    expect(text.startsWith(`${marker}\n## Backups: 1 danger, 1 notice\n`)).toBe(true)
    expect(text).toContain('### Danger\n\n| What | Change |\n| --- | --- |\n| claim shop/a | It is gone. |\n')
    expect(text).toContain('<details><summary>1 notice</summary>')
    expect(text).toContain(
      '<code>spec.schedule</code>: <code>0 3 &#42; &#42; &#42;</code> → <code>0 4 &#42; &#42; &#42;</code>',
    )
    expect(text).not.toMatch(/\p{Extended_Pictographic}/u)
  })

  test.each(attacks)('%j stays text', attack => {
    const fields = {
      subject: attack,
      sentence: attack,
      advice: attack,
      details: [{ field: attack, before: attack, after: attack }],
    }
    const text = page([change({ ...fields, positions: { after: attack } })], attack)
    const body = text.slice(marker.length)
    const tags = new Set((body.match(/<[^>]*>/g) ?? []).map(tag => tag.replace(/[</>]/g, '')))
    expect([...tags].filter(tag => !['code', 'br', 'sub', 'details', 'summary'].includes(tag))).toEqual([])
    const count = (tag: string) => body.split(`<${tag}>`).length - body.split(`</${tag}>`).length
    for (const tag of ['code', 'sub', 'details', 'summary']) expect([tag, count(tag)]).toEqual([tag, 0])
    expect(body).not.toMatch(/[@`\\[\]!]|https?:|www\./)
    expect(body).not.toContain('\u001b')
    expect(body).not.toContain('\u202e')
    for (const line of body.split('\n')) expect(line).not.toMatch(/^\/|^#{1,6} (?!Backups|Danger)/)
    const row = body
      .split('\n')
      .find(line => line.startsWith('| ') && !line.startsWith('| What') && !line.startsWith('| ---'))
    expect(row?.match(/\|/g)).toHaveLength(3)
  })

  test('a mention is no mention even for those who look past the escapes', () => {
    expect(markdownText('@octocat #12')).toBe('&#64;&#8203;octocat &#35;&#8203;12')
    expect(markdownCode('a|b')).toBe('<code>a&#124;b</code>')
  })

  test('fits into one comment however much changes, and says how much is left out', () => {
    const details = [{ field: 'f', before: 'x'.repeat(5000), after: '|'.repeat(5000) }]
    const many = Array.from({ length: 5000 }, (_, index) =>
      change({ subject: `claim shop/c${index}`, sentence: `It is gone ${index}.`, details }),
    )
    const notices = many.map(each => ({ ...each, severity: 'notice' as const }))
    for (const changes of [many, notices, [...many, ...notices]]) {
      const text = page(changes)
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536)
      expect(text).toMatch(/\d+ more not shown/)
      expect(text).toMatch(/Details of \d+ more changes are not shown/)
      expect(text.split('<details>').length).toBe(text.split('</details>').length)
    }
  })

  test('what is said of many alike is said once, with their number', () => {
    const many = Array.from({ length: 5000 }, (_, index) => change({ subject: `claim shop/c${index}` }))
    const text = page(many)
    expect(text).toContain('## Backups: 5000 dangers')
    expect(text.match(/It is gone/g)).toHaveLength(1)
    expect(text).toContain('claim shop/c4 and 4995 more')
  })

  test('one change that is longer than a comment still fits', () => {
    expect(
      Buffer.byteLength(page([change({ sentence: '|'.repeat(100_000), subject: 'ü'.repeat(9000) })])),
    ).toBeLessThan(65_536)
  })
})

describe('other outputs', () => {
  test('JSON has a version, counts, and every change with its positions', async () => {
    await inRepository(async repository => {
      repository.write('a/shop.yaml', shop())
      repository.write('b/shop.yaml', replaced(shop(), [policy({ paused: true })]))
      const { text, code } = await seen('a', 'b', { output: 'json' })
      expect(code).toBe(4)
      expect(JSON.parse(text)).toMatchObject({
        version: 1,
        before: { name: 'a', objects: 3, problems: [] },
        after: { name: 'b', objects: 3 },
        counts: { danger: 1, warning: 0, notice: 0 },
        changes: [
          {
            severity: 'danger',
            kind: 'protection-paused',
            positions: { after: expect.stringMatching(/^b\/shop\.yaml:/) },
          },
        ],
        others,
      })
    })
  })

  test('text of manifests cannot move the cursor of a terminal', async () => {
    const evil = claim('orders-data', { annotations: { 'holdfast.dev/exempt': 'x\u001b[2J\u202e\nend' } })
    const { changes } = differenceBetween(fleet(shop()), fleet(replaced(shop(), [evil])), { now })
    expect(changes[0]?.sentence).toContain('\u001b')
    expect(printable(changes[0]?.sentence ?? '')).toContain('x\\u001b[2J\\u202e ⏎ end')
    await inRepository(async repository => {
      repository.write('a/shop.yaml', shop())
      repository.write('b/shop.yaml', replaced(shop(), [evil]))
      expect((await seen('a', 'b')).text).not.toContain('\u001b')
    })
  })
})
