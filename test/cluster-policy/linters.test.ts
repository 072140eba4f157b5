import { afterAll, describe, expect, test } from '@jest/globals'
import { recordFigures } from '../faults/figures.js'
import { corpus, guarded } from './corpus.js'
import { excusedFindings, lineOf } from './findings.js'
import { kubeconform, kubeScore, moverJobs } from './linters.js'

const all = corpus()
const scores = all.map(({ objects }) => kubeScore(objects))
let judged = 0

afterAll(() => {
  const objects = all.reduce((sum, each) => sum + each.objects.length, 0)
  const findings = scores.reduce((sum, each) => sum + each.length, 0)
  recordFigures('linters', { sets: all.length, objects, judged, findings, excused: excusedFindings().length })
})

describe('kubeconform, with our schemas and those of Kubernetes 1.37, finds nothing', () => {
  test.each(all.map(each => [each.name, each.objects] as const))('in %s', (_, objects) => {
    const manifests = [...objects, ...moverJobs(objects)]
    judged += manifests.length
    expect(kubeconform(manifests)).toEqual([])
  })
})

test('kubeconform sees an unknown field, a wrong type and an unknown kind in our own kinds and in others', () => {
  const repository = all
    .flatMap(({ objects }) => objects)
    .find(({ kind, metadata }) => kind === 'Repository' && metadata.name === 'store')
  const named = { apiVersion: repository?.apiVersion, kind: 'Repository', metadata: repository?.metadata }
  const spec = repository?.spec as object
  const wrong = [
    { ...named, spec: { ...spec, bakcend: {} } },
    { ...named, spec: { ...spec, maxConcurrentSessions: 'four' } },
    { ...named, kind: 'Repositroy', spec },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { prots: [] } },
    {
      ...{ apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'rules' } },
      spec: { groups: [{ name: 'a', rules: [{ alert: 'A', expr: '1', fro: '5m' }] }] },
    },
  ]
  const said = kubeconform(wrong)
  expect(said).toEqual([
    expect.stringContaining("'fro' not allowed"),
    expect.stringContaining('Repository store: problem validating schema'),
    expect.stringMatching(/maxConcurrentSessions|bakcend/),
    expect.stringContaining('could not find schema for Repositroy'),
    expect.stringContaining("'prots' not allowed"),
  ])
  expect(said.join('\n')).toMatch(/'bakcend' not allowed/)
  expect(said.join('\n')).toMatch(/maxConcurrentSessions': got string, want integer/)
})

test('kube-score finds only what the documentation gives a reason for, and all of that', () => {
  const found = new Set(scores.flat().map(lineOf))
  expect([...found].sort()).toEqual(excusedFindings().sort())
})

test('two controllers are spread over nodes and drained one at a time', () => {
  const index = all.findIndex(({ name }) => name.startsWith('a system of two controllers'))
  const checks = (scores[index] ?? []).map(({ check }) => check)
  expect(checks.length).toBeGreaterThan(0)
  expect(checks).not.toContain('deployment-has-host-podantiaffinity')
  expect(checks).not.toContain('deployment-has-poddisruptionbudget')
})

test('with NetworkPolicies no pod is without one', () => {
  const index = all.findIndex(({ name }) => name === guarded)
  const checks = (scores[index] ?? []).map(({ check }) => check)
  expect(checks.length).toBeGreaterThan(0)
  expect(checks).not.toContain('pod-networkpolicy')
})
