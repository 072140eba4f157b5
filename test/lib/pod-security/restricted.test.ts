import { expect, test } from '@jest/globals'
import { baselineViolations } from '../../../lib/pod-security/baseline.js'
import { restrictedViolations } from '../../../lib/pod-security/restricted.js'
import { judgedPods } from './pods.js'

test.each(judgedPods.map(pod => [pod.name, pod] as const))('restricted judges: %s', (_, { spec, controls }) => {
  const found = restrictedViolations({ spec }).map(({ control }) => control)
  expect([...new Set(found)].sort()).toEqual([...controls].sort())
})

test('a violation names the container, the value and what is expected', () => {
  const spec = { containers: [{ name: 'restic', securityContext: { privileged: true } }] }
  expect(restrictedViolations({ spec })).toEqual(
    expect.arrayContaining([
      {
        control: 'Privileged Containers',
        field: 'containers[restic].securityContext.privileged',
        message: 'is true; it has every right on the node',
      },
      {
        control: 'Privilege Escalation',
        field: 'containers[restic].securityContext.allowPrivilegeEscalation',
        message: 'is nothing; expected false',
      },
    ]),
  )
})

test('AppArmor is judged where it was an annotation too', () => {
  const annotations = {
    'container.apparmor.security.beta.kubernetes.io/mover': 'unconfined',
    'container.apparmor.security.beta.kubernetes.io/hook': 'runtime/default',
  }
  expect(baselineViolations({ annotations, spec: {} }).map(({ field }) => field)).toEqual([
    'annotations[container.apparmor.security.beta.kubernetes.io/mover]',
  ])
})

test('what is no pod at all is judged without a crash', () => {
  for (const spec of [undefined, null, 'pod', [], { containers: 'none', volumes: [null] }]) {
    expect(Array.isArray(restrictedViolations({ spec }))).toBe(true)
  }
})
