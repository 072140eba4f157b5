import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { builtInFunctions } from '../../../lib/built-ins.js'
import { pvcBackupFlags, pvcRestoreFlags, updateStatusFlags } from '../../../runtime/agent/flag-tables.js'
import { AgentLab } from './agent-lab.js'

let lab: AgentLab
beforeAll(() => {
  lab = new AgentLab()
})
afterAll(() => lab.close())

describe('the agent’s command line', () => {
  test.each([
    ['pvc-backup', pvcBackupFlags],
    ['pvc-restore', pvcRestoreFlags],
    ['update-status', updateStatusFlags],
  ])('knows every flag that the built-in Function %s passes, and gets every one it must have', (name, table) => {
    const args = builtInFunctions[name]?.args ?? []
    const passed = args.slice(1).map(argument => argument.replace(/^--([a-z-]+)=.*$/, '$1'))
    const required = Object.entries(table).filter(([, flag]) => flag.otherwise === undefined)
    expect(args[0]).toBe(name)
    expect(passed.filter(flag => !Object.hasOwn(table, flag))).toEqual([])
    expect(required.map(([flag]) => flag).filter(flag => !passed.includes(flag))).toEqual([])
  })

  test('teaches what it is, without starting anything', async () => {
    const help = spawnSync(process.execPath, [lab.bundle, '--help'], { encoding: 'utf8' })
    expect(help.status).toBe(0)
    expect(help.stdout).toContain('pvc-backup')
    const command = spawnSync(process.execPath, [lab.bundle, 'maintain', '--help'], { encoding: 'utf8' })
    expect(command.stdout).toContain('--read-data-subset=')
  })

  test('ends with 2 for an unknown command or flag, and says which', async () => {
    const unknown = await lab.run('pvc-bakup', {})
    expect([unknown.code, unknown.output]).toEqual([2, "'pvc-bakup' is no command; did you mean pvc-backup?\n"])
    const wrong = await lab.run('pvc-backup', { colour: 'red', attempt: 'first' })
    expect(wrong.code).toBe(2)
    expect(wrong.output).toContain('--colour=red: pvc-backup has no such flag')
    expect(wrong.output).toContain("--attempt: expected a whole number, got 'first'")
    expect(wrong.report).toMatchObject({ step: 'pvc-backup', outcome: 'Failed', reason: 'TaskInvalid' })
  })

  test('keeps its message within the budget, with every id', async () => {
    const pod = lab.pod('any', { 'secret-dir': lab.path('no-secret') })
    const flags = { ...pod, 'mount-path': '/data', paths: ['/data'] }
    const { message, report } = await lab.run('pvc-backup', flags, { env: { HOLDFAST_MESSAGE_BUDGET: '160' } })
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(160)
    expect(report).toMatchObject({ step: 'pvc-backup', outcome: 'Failed', reason: 'SecretMissing' })
    expect(existsSync(`${String(pod['output-dir'])}/pvc-backup.json`)).toBe(true)
  })
})
