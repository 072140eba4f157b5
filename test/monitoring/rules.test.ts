import { afterAll, describe, expect, test } from '@jest/globals'
import { alertNames } from '../../lib/monitoring/alert.js'
import { recordFigures } from '../faults/figures.js'
import { controllerScenarios } from './controller-scenarios.js'
import { ageScenarios } from './policy-scenarios.js'
import { allGroups, promtool, rulesFile } from './promtool.js'
import { pushgatewayScenarios, repositoryScenarios } from './repository-scenarios.js'
import { played, type Scenario, wordsOf } from './scenario.js'
import { sessionScenarios } from './session-scenarios.js'

const scenarios: readonly Scenario[] = [
  ...controllerScenarios,
  ...ageScenarios,
  ...sessionScenarios,
  ...repositoryScenarios,
  ...pushgatewayScenarios,
]
const firing = scenarios.filter(each => each.fires.length > 0)
const silent = scenarios.filter(each => each.fires.length === 0)

afterAll(() => {
  recordFigures('alerts', { alerts: alertNames.length, fires: firing.length, silent: silent.length })
})

describe('an alert fires when it must', () => {
  test.each(firing)('$alert $when', scenario => {
    expect(played(scenario)).toMatchObject({ ok: true })
  })
})

describe('an alert is silent when it must be', () => {
  test.each(silent)('$alert $when', scenario => {
    expect(played(scenario)).toMatchObject({ ok: true })
  })
})

describe('every alert', () => {
  test.each(alertNames)('%s is tried both ways', name => {
    expect(firing.some(each => each.alert === name)).toBe(true)
    expect(silent.some(each => each.alert === name)).toBe(true)
  })

  test.each(alertNames)('%s says what is wrong, which command shows it, and where its runbook lies', name => {
    const scenario = firing.find(each => each.alert === name)
    const words = scenario === undefined ? '' : wordsOf(scenario)
    expect(words).toContain(`runbook_url="https://runbooks.test/${name}.md"`)
    expect(words).toMatch(/description="[^"]*(kubectl|holdfast) /)
    expect(words).not.toMatch(/no value|error calling|\{\{|%!/)
    expect(words).toMatchSnapshot()
  })
})

describe('the rules', () => {
  test('are accepted by Prometheus’ own check, with a severity and three texts each', () => {
    const { ok, output } = promtool(['check', 'rules', 'rules.yaml'], { 'rules.yaml': rulesFile(allGroups()) })
    expect(output).toContain(`${alertNames.length} rules found`)
    expect(ok).toBe(true)
  })

  test('leave out what is not wanted, and are as loud as they are told', () => {
    const groups = allGroups({
      pushgateway: false,
      without: ['HoldfastPolicyPaused'],
      severities: { HoldfastBackupFailed: 'critical' },
      labels: { team: 'storage' },
    })
    const rules = groups.flatMap(each => each.rules)
    expect(rules.map(each => each.alert).filter(name => /Pushgateway|Paused/.test(name))).toEqual([])
    expect(rules.find(each => each.alert === 'HoldfastBackupFailed')?.labels).toEqual({
      severity: 'critical',
      team: 'storage',
    })
  })

  test('ask a shared Pushgateway only for what this cluster pushed', () => {
    const rules = allGroups({ clusterName: 'eu' }).flatMap(each => each.rules)
    const stale = rules.find(each => each.alert === 'HoldfastPushgatewayStale')
    expect(stale?.expr).toContain('invoker_kind="BackupConfiguration", cluster="eu"}')
  })
})
