import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { expectationGroups, type RuleGroup, type RuleOptions, ruleGroups } from '../../lib/monitoring/rules.js'
import { toolPath } from '../../scripts/tools.mjs'

/** What promtool said, and whether it was content. */
export interface Verdict {
  readonly ok: boolean
  readonly output: string
}

/** Runs promtool in a folder of its own with these files; `input` is its standard input. */
export function promtool(args: readonly string[], files: Readonly<Record<string, string>> = {}, input = ''): Verdict {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-promtool-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const { status, stdout, stderr } = spawnSync(toolPath('promtool'), args, { cwd: folder, input, encoding: 'utf8' })
    return { ok: status === 0, output: `${stdout}${stderr}` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const options: RuleOptions = {
  namespace: 'holdfast-system',
  clusterName: '',
  pushgateway: true,
  runbooks: 'https://runbooks.test',
  without: [],
  severities: {},
  labels: {},
}

/** All rules, with one policy that must be in the cluster. */
export const allGroups = (of: Partial<RuleOptions> = {}): RuleGroup[] => [
  ...ruleGroups({ ...options, ...of }),
  ...expectationGroups([{ namespace: 'shop', name: 'orders' }], { ...options, ...of }),
]

/** A rules file as Prometheus reads it. */
export const rulesFile = (groups: readonly RuleGroup[]): string => stringify({ groups })
