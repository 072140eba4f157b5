import { execFileSync, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { judgedPods } from '../lib/pod-security/pods.js'

const namespace = `hf-pod-security-${process.pid}`

beforeAll(() => {
  execFileSync('kubectl', ['create', 'namespace', namespace])
  const label = 'pod-security.kubernetes.io/enforce=restricted'
  execFileSync('kubectl', ['label', 'namespace', namespace, label, 'pod-security.kubernetes.io/enforce-version=latest'])
})

afterAll(() => {
  execFileSync('kubectl', ['delete', 'namespace', namespace, '--wait=false'])
})

test.each(judgedPods.map(pod => [pod.name, pod] as const))('the cluster agrees on: %s', (_, { spec, controls }) => {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'judged' }, spec })
  const args = ['-n', namespace, 'create', '--dry-run=server', '-f', '-']
  const { status, stderr } = spawnSync('kubectl', args, { input, encoding: 'utf8' })
  expect(status === 0 ? '' : stderr).toMatch(controls.length === 0 ? /^$/ : /violates PodSecurity "restricted/)
})
