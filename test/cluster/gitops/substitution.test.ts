import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { root } from '../../../scripts/tools.mjs'
import { ask } from './engines.js'
import { without } from './repository.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-substitution-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const examples = join(folder, 'examples')
const fleet = join(folder, 'fleet')
without(join(root, 'dist'), examples, path => path.includes('/') && !path.startsWith('operations/'))
without(join(root, 'examples/fleet/dist'), fleet, () => false)

/** Names that our own texts use too, and one that nothing uses. */
const variables = { REPOSITORY_NAME: 'stolen', TARGET_PATHS: 'stolen', HOSTNAME: 'stolen', UNRELATED: 'x' }
const isText = (kind: string) => kind === 'Function' || kind === 'Task'

test.each([
  ['lenient', false],
  ['strict', true],
])('Flux’ %s substitution leaves every object as it was synthesized', (_mode, strict) => {
  const answers = ask('substitution', { folders: [examples, fleet], variables, strict })
  expect(answers.length).toBeGreaterThan(50)
  for (const { before, after } of answers) expect(after).toEqual(before)
})

test('what holds texts in `${…}` says so to Flux', () => {
  const answers = ask('substitution', { folders: [examples], variables, strict: false })
  const texts = answers.filter(({ before }) => JSON.stringify(before).includes('${'))
  expect(texts.some(({ before }) => isText((before as { kind: string }).kind))).toBe(true)
  expect(texts.filter(({ disabled }) => !disabled)).toEqual([])
})
