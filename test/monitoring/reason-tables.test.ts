import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type Reason, reasons } from '../../lib/reason.js'
import { backupFailures } from '../../lib/reason-groups.js'
import { reasonTables, withReasonTable } from '../../scripts/reason-tables.js'
import { root } from '../../scripts/tools.mjs'

const pageOf = (name: string) => readFileSync(join(root, 'docs', name), 'utf8')

describe('a runbook with reasons', () => {
  test.each(Object.entries(reasonTables))('%s has a row for each, with what can be done', (name, listed) => {
    const rows = [...pageOf(name).matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, reason, words]) => [reason, words])
    expect(rows).toEqual(listed.map(reason => [reason, reasons[reason].replaceAll('|', '\\|')]))
  })

  test('is written anew as it is, and refused without its marks', () => {
    const [name = '', listed = []] = Object.entries(reasonTables)[0] ?? []
    expect(withReasonTable(pageOf(name), listed)).toBe(pageOf(name))
    expect(() => withReasonTable('# Nothing', listed)).toThrow(RangeError)
  })
})

// Every way in which the controller ends a session by itself, and in which a step of a backup does.
const sources = ['checks', 'gather', 'pod-verdict', 'progress', 'outcome'].map(
  name => `runtime/controller/session/${name}.ts`,
)
const steps = ['pvc-backup', 'source', 'confirmation', 'connection', 'update-status', 'finish', 'repository-opening']
const elsewhere = ['lib/restic/exit-code.ts', 'runtime/controller/usage.ts', 'runtime/agent/run-hook.ts']

test('every reason that can fail a backup has a row: those of failures in the code are all there', () => {
  const files = [...sources, ...steps.map(step => `runtime/agent/${step}.ts`), ...elsewhere]
  const failing = files.flatMap(file => {
    const text = readFileSync(join(root, file), 'utf8')
    const named = /(?:StepFailure\(|failed\(\w+, |outcome: 'Failed', reason: |fault\(|failure\()'(\w+)'/g
    return [...text.matchAll(named)].map(([, reason = '']) => reason as Reason)
  })
  expect(failing.length).toBeGreaterThan(10)
  expect([...new Set(failing)].filter(reason => !backupFailures.includes(reason))).toEqual([])
  const audited: Reason[] = ['PreHookFailed', 'PostHookFailed', 'JobRejected', 'TargetNotFound', 'UsageNotAllowed']
  const more: Reason[] = ['ScratchFull', 'ContainerConfigInvalid', 'Evicted', 'NodeLost', 'IdentityConflict']
  expect(backupFailures).toEqual(expect.arrayContaining([...audited, ...more]))
})
