import { stringify } from 'yaml'
import type { AlertName } from '../../lib/monitoring/alert.js'
import { allGroups, promtool, type Verdict } from './promtool.js'

/** A course of series, and what an alert makes of it. Time is in promtool’s words: `0x30` is thirty zeros more. */
export interface Scenario {
  readonly alert: AlertName
  /** Ends the sentence “it fires …” or “it is silent …”. */
  readonly when: string
  /** Series and their values, a minute apart. */
  readonly series: Readonly<Record<string, string>>
  readonly at: string
  /** Labels of the alerts that fire; empty when it is silent. */
  readonly fires: readonly Readonly<Record<string, string>>[]
  /** Time between two values. @default 1m */
  readonly interval?: string
  /** The control plane’s `clusterName`. @default none */
  readonly clusterName?: string
}

/** The rule of one alert; without its texts, which say the time and the value, unless they are what is looked at. */
function ruleFile({ alert: name, clusterName = '' }: Scenario, texts: boolean): string {
  const rules = allGroups({ clusterName })
    .flatMap(group => group.rules)
    .filter(rule => rule.alert === name)
    .map(({ annotations, ...rule }) => (texts ? { ...rule, annotations } : rule))
  return stringify({ groups: [{ name: 'tried', rules }] })
}

const testFile = ({ alert, series, at, interval = '1m' }: Scenario, expected: readonly unknown[]) =>
  stringify({
    rule_files: ['rules.yaml'],
    // A series is forgotten after five minutes, so hourly ones are looked at hourly.
    evaluation_interval: interval,
    tests: [
      {
        interval,
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: expected }],
      },
    ],
  })

/** Whether the alert does in this scenario what it must. */
export function played(scenario: Scenario): Verdict {
  const expected = scenario.fires.map(labels => ({ exp_labels: labels }))
  const files = { 'rules.yaml': ruleFile(scenario, false), 'test.yaml': testFile(scenario, expected) }
  return promtool(['test', 'rules', 'test.yaml'], files)
}

/** What people read when the alert fires: promtool is told to expect nothing, and complains of what there is. */
export function wordsOf(scenario: Scenario): string {
  const files = { 'rules.yaml': ruleFile(scenario, true), 'test.yaml': testFile(scenario, []) }
  const { output } = promtool(['test', 'rules', 'test.yaml'], files)
  return /got:\[\s*([\s\S]*)\]/.exec(output)?.[1] ?? `it did not fire: ${output}`
}
