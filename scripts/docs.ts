import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { kinds } from '../lib/api/kinds.js'
import { errorsMarkdown, referenceMarkdown } from '../lib/schema/reference.js'
import { performanceMarkdown } from './performance-page.js'

// docs/api.md and docs/errors.md are written from the schemas, docs/performance.md from the last measurement, so they
// cannot say anything else.
const { values } = parseArgs({ options: { out: { type: 'string' } } })
const folder = resolve(values.out ?? join(import.meta.dirname, '../docs'))

const measured = JSON.parse(readFileSync(join(import.meta.dirname, '../bench/results/synth.json'), 'utf8'))

mkdirSync(folder, { recursive: true })
for (const [name, text] of [
  ['api.md', referenceMarkdown(kinds)],
  ['errors.md', errorsMarkdown()],
  ['performance.md', performanceMarkdown(measured)],
] as const) {
  writeFileSync(join(folder, name), text)
  process.stdout.write(`${join(folder, name)}\n`)
}
