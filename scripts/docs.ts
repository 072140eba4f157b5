import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { kinds } from '../lib/api/kinds.js'
import { errorsMarkdown, referenceMarkdown } from '../lib/schema/reference.js'
import { agentMarkdown } from './agent-page.js'
import { performanceMarkdown } from './performance-page.js'
import { reliabilityMarkdown } from './reliability-page.js'
import { scaleMarkdown } from './scale-page.js'

// docs/api.md and docs/errors.md are written from the schemas, docs/performance.md and docs/reliability.md from the last
// measurements and runs, so they cannot say anything else.
const { values } = parseArgs({ options: { out: { type: 'string' } } })
const folder = resolve(values.out ?? join(import.meta.dirname, '../docs'))

const measured = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../bench/results/${name}.json`), 'utf8'))
const performance = [
  performanceMarkdown(measured('synth')),
  scaleMarkdown(measured('scale')),
  agentMarkdown(measured('agent')),
].join('\n')

mkdirSync(folder, { recursive: true })
for (const [name, text] of [
  ['api.md', referenceMarkdown(kinds)],
  ['errors.md', errorsMarkdown()],
  ['performance.md', performance],
  ['reliability.md', reliabilityMarkdown(measured('reliability'))],
] as const) {
  writeFileSync(join(folder, name), text)
  process.stdout.write(`${join(folder, name)}\n`)
}
