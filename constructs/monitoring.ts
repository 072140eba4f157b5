import { ApiObject } from 'cdk8s'
import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { annotations } from '../lib/api/group.js'
import { grouped } from '../lib/grouped.js'
import { dashboardFile } from '../lib/monitoring/dashboard/dashboard.js'
import {
  defaultRunbooks,
  expectationGroups,
  type RuleGroup,
  type RuleOptions,
  ruleGroups,
} from '../lib/monitoring/rules.js'
import {
  controllerTarget,
  pushgatewayTarget,
  type ScrapeTarget,
  scrapeConfigs,
} from '../lib/monitoring/scrape-config.js'
import type { Problem } from '../lib/problem.js'
import { validateObject } from '../lib/schema/validate.js'
import { emitYaml } from '../lib/yaml/emit.js'
import { CheckedConstruct } from './checked-construct.js'
import type { Holdfast } from './holdfast.js'
import { type MonitoringProps, monitoringSchema, mostExpected } from './monitoring-props.js'
import { scrapeAnnotations, scrapeMonitors } from './scrape.js'
import { labelsOf } from './system-labels.js'
import type { VolumeBackup } from './volume-backup.js'

/**
 * How a cluster watches over Holdfast: what Prometheus asks, the alerts, and a dashboard. The rules name no policy: they
 * compare what the controller says of every policy, so that one more policy changes nothing here.
 */
export class Monitoring extends CheckedConstruct {
  readonly namespace: string
  readonly #props: MonitoringProps
  readonly #system: WatchedSystem

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id)
    this.#props = props
    this.#system = watched(props.system)
    this.namespace = props.namespace ?? this.#system.namespace
    this.#addScraping()
    this.#addRules()
    if (props.dashboard ?? true) this.#addDashboard()
  }

  protected findProblems(): Problem[] {
    const object = this.node.path
    const found = validateObject({ spec: monitoringSchema }, { spec: this.#props }, object)
    const problems = found.map(problem => ({ ...problem, path: problem.path.replace(/^spec\./, '') }))
    const { scrape, system, mustExist = [], rules } = this.#props
    const wrong = (path: string, message: string) => problems.push({ code: 'HF1003', object, path, message })
    if (scrape === 'Annotations' && !isHere(system))
      wrong(
        'scrape',
        "'Annotations' belong on the Services of the control plane; pass the Holdfast of this app as system",
      )
    if (rules === 'None' && mustExist.length > 0) wrong('mustExist', "needs rules; got rules: 'None'")
    for (const [namespace, policies] of byNamespace(mustExist)) {
      if (policies.length <= mostExpected) continue
      wrong('mustExist', `has ${policies.length} policies of namespace ${namespace}; expected at most ${mostExpected}`)
    }
    return problems
  }

  #addScraping(): void {
    const { scrape = 'ServiceMonitor', scrapeInterval = '30s', system } = this.#props
    const { targets, namespace } = this.#system
    if (scrape === 'ServiceMonitor' || scrape === 'PodMonitor')
      scrapeMonitors(this, scrape, targets, { ...this.#identity(), watched: namespace, interval: scrapeInterval })
    else if (scrape === 'ConfigMap')
      this.#configMap('holdfast-scrape', {
        'holdfast.scrape.yaml': emitYaml({ scrape_configs: scrapeConfigs(namespace, targets, scrapeInterval) }),
      })
    else if (scrape === 'Annotations' && isHere(system)) scrapeAnnotations(system)
  }

  #addRules(): void {
    const { rules = 'PrometheusRule', mustExist = [] } = this.#props
    if (rules === 'None') return
    this.#ruleObject('holdfast', ruleGroups(this.#options()))
    for (const [namespace, policies] of byNamespace(mustExist)) {
      const expected = policies.map(({ name }) => ({ namespace, name }))
      this.#ruleObject(`holdfast-expected-${namespace}`, expectationGroups(expected, this.#options()))
    }
  }

  #addDashboard(): void {
    const { dashboardFolder } = this.#props
    const more = {
      // What the sidecar of Grafana’s community chart looks for.
      labels: { grafana_dashboard: '1' },
      annotations: {
        [annotations.fluxSubstitute]: 'disabled',
        ...(dashboardFolder === undefined ? {} : { grafana_folder: dashboardFolder }),
      },
    }
    this.#configMap('holdfast-dashboard', { 'holdfast.json': dashboardFile() }, more)
  }

  #ruleObject(name: string, groups: readonly RuleGroup[]): void {
    if (groups.length === 0) return
    if (this.#props.rules === 'ConfigMap') {
      this.#configMap(`${name}-rules`, { [`${name}.rules.yaml`]: emitYaml({ groups }) })
      return
    }
    new ApiObject(this, `Rules-${name}`, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { ...this.#identity(), name },
      spec: { groups },
    })
  }

  #configMap(name: string, data: Readonly<Record<string, string>>, more: Metadata = {}): void {
    const { namespace, labels } = this.#identity()
    const metadata = { name, namespace, ...more, labels: { ...labels, ...more.labels } }
    new k8s.KubeConfigMap(this, `ConfigMap-${name}`, { metadata, data: { ...data } })
  }

  #identity() {
    return { namespace: this.namespace, labels: { ...this.#props.labels, ...labelsOf('monitoring') } }
  }

  #options(): RuleOptions {
    const { runbooks = defaultRunbooks, without = [], severities = {}, alertLabels = {} } = this.#props
    const { namespace, clusterName, pushes } = this.#system
    return { namespace, clusterName, pushgateway: pushes, runbooks, without, severities, labels: alertLabels }
  }
}

type Metadata = Partial<Record<'labels' | 'annotations', Record<string, string>>>

interface WatchedSystem {
  readonly namespace: string
  readonly clusterName: string
  readonly pushes: boolean
  readonly targets: readonly ScrapeTarget[]
}

// Not instanceof: two installed copies of this package are two classes.
const isHere = (system: MonitoringProps['system'] | undefined): system is Holdfast =>
  system !== undefined && 'controller' in system

// Absent only when a program without types says so; validation names it.
function watched(system: MonitoringProps['system'] | undefined): WatchedSystem {
  const { namespace = 'holdfast-system', clusterName = '' } = system ?? {}
  const pushgateway = isHere(system) ? system.pushgateway !== undefined : (system?.pushgateway ?? true)
  const pushes = isHere(system) ? system.pushgatewayUrl !== '' : pushgateway
  const targets = pushgateway ? [controllerTarget, pushgatewayTarget] : [controllerTarget]
  return { namespace, clusterName, pushes, targets }
}

const byNamespace = (policies: readonly VolumeBackup[]) => grouped(policies, each => each.namespace ?? '')
