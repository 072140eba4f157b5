import { describe, expect, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import { parse } from 'yaml'
import { Holdfast, type HoldfastProps, Monitoring, type MonitoringProps, VolumeBackup } from '../../constructs/index.js'
import { alertNames } from '../../lib/monitoring/alert.js'
import type { RuleGroup } from '../../lib/monitoring/rules.js'
import { at, complaintsOf, type Manifest, manifestsOf, minimal, policyApp } from './policy-app.js'

/** What the construct writes beside the control plane. */
function written(props: Partial<MonitoringProps> = {}, system: HoldfastProps = {}) {
  const app = new App()
  const holdfast = new Holdfast(new Chart(app, 'system'), 'holdfast', system)
  const before = new Set(manifestsOf(app).map(nameOf))
  new Monitoring(new Chart(app, 'monitoring'), 'monitoring', { system: holdfast, ...props })
  const all = manifestsOf(app)
  return { app, all, own: all.filter(each => !before.has(nameOf(each))) }
}

const nameOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`
const dataOf = (object: Manifest | undefined, key: string): string => at(object, 'data')?.[key as never] ?? ''
const rulesOf = (groups: readonly RuleGroup[]) => groups.flatMap(group => group.rules)

describe('Monitoring', () => {
  test('watches controller and Pushgateway with the operator’s objects, and lets series keep their labels', () => {
    const { own } = written({ labels: { release: 'prometheus' } })
    expect(own.map(nameOf)).toEqual([
      'ServiceMonitor holdfast-system/holdfast-controller',
      'ServiceMonitor holdfast-system/holdfast-pushgateway',
      'PrometheusRule holdfast-system/holdfast',
      'ConfigMap holdfast-system/holdfast-dashboard',
    ])
    for (const each of own) expect(each.metadata.labels).toMatchObject({ release: 'prometheus' })
    expect(own[0]?.spec).toEqual({
      selector: {
        matchLabels: { 'app.kubernetes.io/name': 'holdfast', 'app.kubernetes.io/component': 'controller' },
      },
      namespaceSelector: { matchNames: ['holdfast-system'] },
      endpoints: [{ port: 'metrics', path: '/metrics', scheme: 'http', interval: '30s', honorLabels: true }],
    })
  })

  test.each(['ServiceMonitor', 'PodMonitor', 'ConfigMap'] as const)(
    'takes from a Pushgateway, which has no users, no series of the controller: %s',
    scrape => {
      const text = JSON.stringify(written({ scrape, rules: 'None', dashboard: false }).own)
      expect(text.match(/metric(_relabel_configs|Relabelings)/g)).toHaveLength(1)
      expect(text).toMatch(/action(\\?": ?\\?"|: )keep/)
      expect(text).toMatch(/holdfast_backup_last_success_time_seconds/)
    },
  )

  test.each(['controller', 'pushgateway'])(
    'selects the Service and the pods of the %s, by a port that both have',
    component => {
      for (const scrape of ['ServiceMonitor', 'PodMonitor'] as const) {
        const { all } = written({ scrape })
        const monitor = all.find(each => each.kind === scrape && each.metadata.name === `holdfast-${component}`)
        const selector = at<Record<string, string>>(monitor, 'spec.selector.matchLabels')
        const [kind, labels, ports, endpoints] =
          scrape === 'ServiceMonitor'
            ? (['Service', 'metadata.labels', 'spec.ports', 'endpoints'] as const)
            : ([
                'Deployment',
                'spec.template.metadata.labels',
                'spec.template.spec.containers.0.ports',
                'podMetricsEndpoints',
              ] as const)
        const found = all.filter(each => each.kind === kind && contains(at(each, labels), selector))
        expect(found.map(each => each.metadata.name)).toEqual([`holdfast-${component}`])
        const names = at<readonly { name: string }[]>(found[0], ports).map(port => port.name)
        expect(names).toContain(at(monitor, `spec.${endpoints}.0.port`))
      }
    },
  )

  test('writes every alert but the one for policies that must exist, and as many rules however many policies there are', () => {
    const { own } = written()
    const groups = at<RuleGroup[]>(
      own.find(each => each.kind === 'PrometheusRule'),
      'spec.groups',
    )
    const names = rulesOf(groups).map(rule => rule.alert)
    expect(names).toEqual(alertNames.filter(name => name !== 'HoldfastPolicyMissing'))
  })

  test('has no rules on a Pushgateway where nothing is pushed, and does not watch one that is not its own', () => {
    const none = written({}, { pushgateway: { url: '' } }).own
    expect(JSON.stringify(none.filter(each => each.kind !== 'ConfigMap'))).not.toMatch(/pushgateway/i)
    const existing = written({}, { pushgateway: { url: 'http://gateway.test:9091' } }).own
    expect(existing.map(nameOf)).not.toContain('ServiceMonitor holdfast-system/holdfast-pushgateway')
    expect(JSON.stringify(existing)).toContain('HoldfastPushgatewayStale')
  })

  test('writes a rule for each policy that must exist, in an object for each namespace', () => {
    const { app, chart, repository } = policyApp()
    const policies = ['b', 'a'].map(id => new VolumeBackup(chart, id, minimal(repository, `${id}-data`)))
    new Monitoring(chart, 'monitoring', { system: { namespace: 'holdfast-system' }, mustExist: policies })
    const object = manifestsOf(app).find(each => each.metadata.name === 'holdfast-expected-shop')
    const rules = rulesOf(at<RuleGroup[]>(object, 'spec.groups'))
    expect(rules.map(rule => rule.expr.split('\n')[0])).toEqual([
      'absent(holdfast_backup_paused{namespace="shop", configuration="a"})',
      'absent(holdfast_backup_paused{namespace="shop", configuration="b"})',
    ])
  })

  test('without the operator writes rules and scrape jobs as files in ConfigMaps', () => {
    const { own } = written({ rules: 'ConfigMap', scrape: 'ConfigMap' })
    expect(new Set(own.map(each => each.kind))).toEqual(new Set(['ConfigMap']))
    const rules = own.find(each => each.metadata.name === 'holdfast-rules')
    expect(rulesOf(parse(dataOf(rules, 'holdfast.rules.yaml')).groups)).toHaveLength(alertNames.length - 1)
    const scrape = own.find(each => each.metadata.name === 'holdfast-scrape')
    const jobs = parse(dataOf(scrape, 'holdfast.scrape.yaml')).scrape_configs
    expect(jobs).toMatchObject([{ honor_labels: true }, { honor_labels: true }])
  })

  test('annotates the Services for a Prometheus that looks for annotations', () => {
    const { all } = written({ scrape: 'Annotations', rules: 'None', dashboard: false })
    const annotations = all.filter(each => each.kind === 'Service').map(each => each.metadata.annotations)
    expect(annotations).toMatchObject([
      { 'prometheus.io/probe': 'pushgateway', 'prometheus.io/port': '9091' },
      { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080', 'prometheus.io/path': '/metrics' },
    ])
  })

  test('gives the dashboard the label that Grafana’s sidecar reads, and nothing that Flux would replace', () => {
    const { own } = written({ dashboardFolder: 'Operations' })
    const map = own.find(each => each.metadata.name === 'holdfast-dashboard')
    expect(map?.metadata.labels).toMatchObject({ grafana_dashboard: '1' })
    expect(map?.metadata.annotations).toMatchObject({ grafana_folder: 'Operations' })
    expect(JSON.stringify(own)).not.toContain('${')
  })

  test('says everything that is wrong with it at once', () => {
    const app = new App()
    const chart = new Chart(app, 'c')
    new Monitoring(chart, 'm', {
      system: { namespace: 'Upper' },
      scrape: 'Annotations',
      scrapeInterval: 'often',
      rules: 'None',
      without: ['HoldfastControllerDwn'],
      alertLabels: { severity: 'page' },
      runbooks: 'https://user@wiki/',
      mustExist: Array.from({ length: 1001 }, () => ({ name: 'p', namespace: 'shop' })),
    } as never)
    new Monitoring(chart, 'none', {} as never)
    const found = complaintsOf(app).map(line => /\] (HF\d{4}) (\S+): ([^:]+):/.exec(line)?.slice(1).join(' '))
    expect(found).toEqual([
      'HF1002 c/m system.namespace',
      'HF1002 c/m scrapeInterval',
      'HF1002 c/m without[0]',
      'HF1003 c/m alertLabels',
      'HF1002 c/m runbooks',
      'HF1003 c/m scrape',
      'HF1003 c/m mustExist',
      'HF1003 c/m mustExist',
      'HF1001 c/none system',
    ])
  })
})

const contains = (labels: Readonly<Record<string, string>> | undefined, selector: Readonly<Record<string, string>>) =>
  Object.entries(selector).every(([key, value]) => labels?.[key] === value)
