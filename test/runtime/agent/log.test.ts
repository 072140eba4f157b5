import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AgentLab, backupFlags, password } from './agent-lab.js'

let lab: AgentLab
beforeAll(() => {
  lab = new AgentLab()
  lab.write({ 'data/a.txt': 'alpha' })
})
afterAll(() => lab.close())

interface Line {
  readonly time: string
  readonly level: string
  readonly step: string
  readonly message: string
}
const linesOf = (output: string): Line[] =>
  output
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Line)

describe('the agent’s log', () => {
  test('has one JSON object a line, with the same keys in every line', async () => {
    lab.repository('plain')
    const { output } = await lab.run('pvc-backup', backupFlags(lab.pod('plain'), lab.path('data')))
    const lines = linesOf(output)
    expect(lines.length).toBeGreaterThan(1)
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['time', 'level', 'step', 'message'])
      expect(new Date(line.time).toISOString()).toBe(line.time)
      expect(line.step).toBe('pvc-backup')
    }
    expect(lines.at(-1)).toMatchObject({ level: 'info', message: expect.stringMatching(/^pvc-backup: Succeeded/) })
  })

  test('ends with an error when the step failed', async () => {
    lab.repository('locked')
    const flags = lab.pod('locked', { 'secret-dir': lab.secret({ RESTIC_PASSWORD: 'another one' }) })
    const { output } = await lab.run('pvc-backup', backupFlags(flags, lab.path('data')))
    expect(linesOf(output).at(-1)).toMatchObject({
      level: 'error',
      message: expect.stringMatching(/^pvc-backup: Failed: WrongPassword/),
    })
  })

  test('has no value of the Secret, even one that JSON writes otherwise', async () => {
    lab.repository('secretive')
    const key = 'a "key" that\\nobody sees'
    const secret = lab.secret({ RESTIC_PASSWORD: password, AWS_SECRET_ACCESS_KEY: key })
    const flags = lab.pod('secretive', { 'secret-dir': secret, hostname: `shop/${key}/db` })
    const { output } = await lab.run('pvc-backup', backupFlags(flags, lab.path('data')))
    const said = linesOf(output).map(line => line.message)
    expect(said.some(message => / as shop\/.*\/db/.test(message))).toBe(true)
    expect(said.join()).not.toContain(key)
    expect(output).not.toContain('nobody sees')
  })
})
