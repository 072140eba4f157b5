import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/tools.mjs'
import type { Finding } from './linters.js'

/** A finding as a line of text, for comparison. */
export const lineOf = ({ check, summary, part }: Finding): string => `${check}: ${summary} [${part}]`

/** The findings that docs/cluster-policy.md has a reason for, a line for each part. Throws on a row without a reason. */
export function excusedFindings(): string[] {
  const text = readFileSync(join(root, 'docs/cluster-policy.md'), 'utf8')
  const [, section = ''] = text.split('## Findings of linters that stay')
  const rows = (section.split('\n## ')[0] ?? '').split('\n').filter(line => line.startsWith('| `'))
  return rows.flatMap(row => {
    const [check = '', summary = '', parts = '', reason = ''] = row
      .split('|')
      .slice(1)
      .map(cell => cell.trim())
    if (reason.length < 8) throw new Error(`docs/cluster-policy.md has no reason for ${check} ${summary}`)
    return parts.split(', ').map(part => lineOf({ check: check.replaceAll('`', ''), summary, part }))
  })
}
