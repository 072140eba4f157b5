import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { kinds } from '../lib/api/kinds.js'
import { dashboardFile } from '../lib/monitoring/dashboard/dashboard.js'
import { customResourceStateFile } from '../lib/monitoring/resource-state.js'
import { errorsMarkdown, referenceMarkdown } from '../lib/schema/reference.js'
import { agentMarkdown } from './agent-page.js'
import { operationsMarkdown } from './operations-page.js'
import { performanceMarkdown } from './performance-page.js'
import { reasonTables, withReasonTable } from './reason-tables.js'
import { reliabilityMarkdown } from './reliability-page.js'
import { scaleMarkdown } from './scale-page.js'

// docs/api.md and docs/errors.md are written from the schemas, docs/performance.md and docs/reliability.md from the last
// measurements and runs, and the reasons in runbooks from the list of reasons, so they cannot say anything else.
const { values } = parseArgs({ options: { out: { type: 'string' } } })
const folder = resolve(values.out ?? join(import.meta.dirname, '../docs'))

const measured = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../bench/results/${name}.json`), 'utf8'))
const performance = [
  performanceMarkdown(measured('synth')),
  scaleMarkdown(measured('scale')),
  agentMarkdown(measured('agent')),
  operationsMarkdown(measured('store-operations')),
].join('\n')

const runbooks = Object.entries(reasonTables).map(([name, listed]): [string, string] => {
  const page = readFileSync(join(import.meta.dirname, '../docs', name), 'utf8')
  return [name, withReasonTable(page, listed)]
})

mkdirSync(join(folder, 'runbooks'), { recursive: true })
for (const [name, text] of [
  ['api.md', referenceMarkdown(kinds)],
  ['errors.md', errorsMarkdown()],
  ['performance.md', performance],
  ['reliability.md', reliabilityMarkdown(measured('reliability'))],
  ['grafana-dashboard.json', dashboardFile()],
  ['kube-state-metrics.yaml', customResourceStateFile()],
  ...runbooks,
] as const) {
  writeFileSync(join(folder, name), text)
  process.stdout.write(`${join(folder, name)}\n`)
}
