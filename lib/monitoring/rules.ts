import type { Alert, AlertName, AlertScope, Severity } from './alert.js'
import { controllerAlerts } from './controller-alerts.js'
import { missingPolicyAlert, policyAlerts } from './policy-alerts.js'
import { pushgatewayAlerts } from './pushgateway-alerts.js'
import { repositoryAlerts } from './repository-alerts.js'

/** Where runbooks lie: `<base>/<alert>.md`. */
export const defaultRunbooks = 'https://holdfast.dev/docs/runbooks'

export interface RuleOptions extends AlertScope {
  /** Whether metrics are pushed anywhere. */
  readonly pushgateway: boolean
  /** Address of the folder of runbooks, without a slash at its end. */
  readonly runbooks: string
  /** Alerts that are left out. */
  readonly without: readonly AlertName[]
  /** Severities other than the alerts’ own. */
  readonly severities: Readonly<Partial<Record<AlertName, Severity>>>
  /** Further labels of every alert. */
  readonly labels: Readonly<Record<string, string>>
}

/** A rule as Prometheus reads it. */
export interface Rule {
  readonly alert: AlertName
  readonly expr: string
  readonly for: string
  readonly keep_firing_for?: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook_url: string }
}

/** A group as Prometheus reads it: in a rules file and in a PrometheusRule alike. */
export interface RuleGroup {
  readonly name: string
  readonly rules: readonly Rule[]
}

/** A policy that must be in the cluster. */
export interface ExpectedPolicy {
  readonly namespace: string
  readonly name: string
}

/** The rules over all policies, Repositories and the control plane; none of them names a policy. */
export function ruleGroups(options: RuleOptions): RuleGroup[] {
  const groups: [string, readonly Alert[]][] = [
    ['holdfast-controller', controllerAlerts(options)],
    ['holdfast-policies', policyAlerts],
    ['holdfast-repositories', repositoryAlerts],
    ['holdfast-pushgateway', options.pushgateway ? pushgatewayAlerts(options) : []],
  ]
  return groups.flatMap(([name, alerts]) => groupOf(name, alerts, options))
}

/** A rule for each policy that must be in the cluster, in the order of their names. */
export function expectationGroups(expected: readonly ExpectedPolicy[], options: RuleOptions): RuleGroup[] {
  const ordered = [...expected].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const alerts = ordered.map(({ namespace, name }) => missingPolicyAlert(namespace, name))
  return groupOf('holdfast-expected-policies', alerts, options)
}

const keyOf = ({ namespace, name }: ExpectedPolicy) => `${namespace}/${name}`

function groupOf(name: string, alerts: readonly Alert[], options: RuleOptions): RuleGroup[] {
  const rules = alerts.filter(each => !options.without.includes(each.name)).map(each => ruleOf(each, options))
  return rules.length === 0 ? [] : [{ name, rules }]
}

function ruleOf(alert: Alert, { runbooks, severities, labels }: RuleOptions): Rule {
  const { name, expr, keepFiringFor, summary, description } = alert
  return {
    alert: name,
    expr,
    for: alert.for,
    ...(keepFiringFor === undefined ? {} : { keep_firing_for: keepFiringFor }),
    labels: { ...labels, severity: severities[name] ?? alert.severity },
    annotations: { summary, description, runbook_url: `${runbooks}/${name}.md` },
  }
}
