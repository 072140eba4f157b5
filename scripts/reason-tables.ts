import { type Reason, reasons } from '../lib/reason.js'
import { backupFailures, policyFaults, storeFaults } from '../lib/reason-groups.js'

/** Runbooks with a table of reasons, and which those are. */
export const reasonTables: Readonly<Record<string, readonly Reason[]>> = {
  'runbooks/HoldfastBackupFailed.md': backupFailures,
  'runbooks/HoldfastPolicyNotReady.md': policyFaults,
  'runbooks/HoldfastRepositoryNotReady.md': storeFaults,
}

const begin = '<!-- reasons, written by scripts/docs.ts -->'
const end = '<!-- end of reasons -->'

/** The page with the table between its two marks written anew. Throws RangeError when it has none. */
export function withReasonTable(page: string, listed: readonly Reason[]): string {
  const [before, ...after] = page.split(begin)
  const rest = after.join(begin).split(end)
  if (before === undefined || after.length !== 1 || rest.length !== 2)
    throw new RangeError(`a page without '${begin}' and '${end}', each once`)
  const rows = listed.map(reason => `| \`${reason}\` | ${reasons[reason].replaceAll('|', '\\|')} |`)
  const table = ['| reason | what it is, and what to do |', '|---|---|', ...rows].join('\n')
  return `${before}${begin}\n\n${table}\n\n${end}${rest[1]}`
}
