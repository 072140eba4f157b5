import { spawnSync } from 'node:child_process'
import { toolPath } from '../../scripts/tools.mjs'

export type ExpositionFormat = 'openmetrics' | 'prometheus'

export interface ParsedSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** As text, because JSON knows neither infinity nor what is not a number. */
  readonly value: string
}

/** Series of one name, as a parser understood them. */
export interface Family {
  readonly name: string
  readonly type: string
  readonly unit: string
  readonly help: string
  readonly samples: readonly ParsedSample[]
}

const program = `
import json, sys
from prometheus_client import parser as prometheus
from prometheus_client.openmetrics import parser as openmetrics
sys.stdin.reconfigure(encoding='utf-8', newline='\\n')
read = {'openmetrics': openmetrics, 'prometheus': prometheus}[sys.argv[1]].text_fd_to_metric_families
json.dump([{
    'name': family.name, 'type': family.type, 'unit': family.unit, 'help': family.documentation,
    'samples': [{'name': each.name, 'labels': each.labels, 'value': repr(float(each.value))} for each in family.samples],
} for family in read(sys.stdin)], sys.stdout)
`

/** What Prometheus’ own Python parser, the reference of OpenMetrics, reads in a text. Throws Error with what it refuses. */
export function parsed(text: string, format: ExpositionFormat): readonly Family[] {
  const run = { input: text, encoding: 'utf8', maxBuffer: 1e9 } as const
  const { status, stdout, stderr } = spawnSync(toolPath('prometheus-client'), ['-c', program, format], run)
  if (status !== 0) throw new Error(`refused: ${stderr.trim().split('\n').at(-1)}`)
  return JSON.parse(stdout) as readonly Family[]
}
