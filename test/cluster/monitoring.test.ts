import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import { Monitoring, type MonitoringProps, VolumeBackup } from '../../constructs/index.js'
import { emitYaml } from '../../lib/yaml/emit.js'
import { type Manifest, manifestsOf, minimal, policyApp } from '../constructs/policy-app.js'
import { definePrometheusKinds } from './prometheus-operator.js'

const namespace = `hf-monitoring-${process.pid}`
function kubectl(args: readonly string[], input = ''): string {
  return execFileSync('kubectl', args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
}

let withdrawPrometheusKinds = () => {}
beforeAll(() => {
  withdrawPrometheusKinds = definePrometheusKinds()
  kubectl(['create', 'namespace', namespace])
}, 120_000)

afterAll(() => {
  kubectl(['delete', 'namespace', namespace, '--wait=false'])
  withdrawPrometheusKinds()
}, 60_000)

/** What a Monitoring writes into the namespace of this test. */
function written(props: Partial<MonitoringProps> = {}): Manifest[] {
  const app = new App()
  const system = { namespace: 'holdfast-system' }
  new Monitoring(new Chart(app, 'monitoring'), 'monitoring', { system, namespace, ...props })
  return manifestsOf(app)
}

/** A policy that must exist, with its rule. */
function expecting(): Manifest[] {
  const { app, chart, repository } = policyApp()
  const policy = new VolumeBackup(chart, 'orders', minimal(repository))
  const system = { namespace: 'holdfast-system' }
  new Monitoring(chart, 'monitoring', { system, namespace, mustExist: [policy], scrape: 'None', dashboard: false })
  return manifestsOf(app).filter(each => each.kind === 'PrometheusRule')
}

const cases: [string, () => Manifest[]][] = [
  ['with ServiceMonitors', () => written({ labels: { release: 'prometheus' }, dashboardFolder: 'Operations' })],
  ['with PodMonitors', () => written({ scrape: 'PodMonitor' })],
  ['with files in ConfigMaps', () => written({ scrape: 'ConfigMap', rules: 'ConfigMap' })],
  ['with a policy that must exist', expecting],
]

test.each(cases)(
  'monitoring %s is stored as it was written, so that no GitOps engine finds a difference',
  (_, objects) => {
    const meant = objects()
    const stream = meant.map(emitYaml).join('---\n')
    kubectl(['apply', '--server-side', '--field-manager=gitops', '--validate=strict', '-f', '-'], stream)
    for (const { kind, metadata, ...rest } of meant) {
      const read: Manifest = JSON.parse(kubectl(['-n', namespace, 'get', kind, metadata.name, '-o', 'json']))
      const { metadata: stored, ...content } = read
      expect({ kind, ...rest }).toEqual(content)
      expect(stored.labels).toEqual(metadata.labels)
      expect(stored.annotations).toEqual(metadata.annotations)
    }
  },
)
