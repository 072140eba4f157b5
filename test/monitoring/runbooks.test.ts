import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { program } from '../../cli/program.js'
import { alertNames } from '../../lib/monitoring/alert.js'
import { reasons } from '../../lib/reason.js'
import { root } from '../../scripts/tools.mjs'
import { allGroups } from './promtool.js'

const folder = join(root, 'docs/runbooks')
const commands = program({ output: { write: () => true } } as never, new AbortController().signal).commands.map(each =>
  each.name(),
)
const textOf = (name: string) => readFileSync(join(folder, `${name}.md`), 'utf8')

describe('runbooks', () => {
  test('are there for every alert, and for nothing else', () => {
    expect(readdirSync(folder).sort()).toEqual([...alertNames].map(name => `${name}.md`).sort())
  })

  test('are where each rule says', () => {
    for (const { alert, annotations } of allGroups().flatMap(group => group.rules))
      expect(annotations.runbook_url).toBe(`https://runbooks.test/${alert}.md`)
  })

  test.each(alertNames)('%s says what it means, what to look at and what to do', name => {
    const headings = textOf(name)
      .split('\n')
      .filter(line => line.startsWith('#'))
    expect(headings).toEqual([`# ${name}`, '## What it means', '## What to look at', '## What to do'])
    expect(textOf(name)).toMatch(/\n(kubectl|holdfast) /)
  })

  test.each(alertNames)('%s names only commands, runbooks and reasons that there are', name => {
    const text = textOf(name)
    const used = [...text.matchAll(/(?:^|`)holdfast ([a-z]+)/gm)].map(([, command]) => command)
    expect(used.filter(command => !commands.includes(command ?? ''))).toEqual([])
    const linked = [...text.matchAll(/\]\((\w+)\.md\)/g)].map(([, target]) => target)
    expect(linked.filter(target => !alertNames.some(known => known === target))).toEqual([])
    const named = [...text.matchAll(/^(?:- |\| )((?:`[A-Z]\w+`(?:, )?)+)/gm)].flatMap(
      ([, list = '']) => list.match(/\w+/g) ?? [],
    )
    const states = ['Failed', 'Pending', 'Running', 'Skipped']
    expect(named.filter(word => !Object.hasOwn(reasons, word) && !states.includes(word))).toEqual([])
  })
})

test('the page on monitoring lists every alert with its severity and a link', () => {
  const page = readFileSync(join(root, 'docs/monitoring.md'), 'utf8')
  const rows = [...page.matchAll(/^\| \[(\w+)\]\(runbooks\/(\w+)\.md\) \| (\w+) \|/gm)].map(([, ...cells]) => cells)
  const rules = allGroups().flatMap(group => group.rules)
  const severityOf = (name: string) => rules.find(rule => rule.alert === name)?.labels['severity']
  expect(rows).toEqual(alertNames.map(name => [name, name, severityOf(name)]))
})
