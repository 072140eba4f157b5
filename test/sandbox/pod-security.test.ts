import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Loose, Trial } from './trial.js'

let trial: Trial
beforeAll(async () => {
  trial = await Trial.start()
  for (const level of ['baseline', 'restricted']) {
    const labels = { 'pod-security.kubernetes.io/enforce': level }
    await trial.create('/api/v1/namespaces', { metadata: { name: level, labels } })
    await trial.until(`/api/v1/namespaces/${level}/serviceaccounts/default`, answer => answer.kind === 'ServiceAccount')
  }
})
afterAll(() => trial.stop())

async function refusal(namespace: string, spec: Loose): Promise<string> {
  const pod = { metadata: { name: 'p' }, spec }
  const { body } = await trial.call('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod)
  return body.kind === 'Status' ? body.message : 'taken'
}

const good = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
}
const container = (more: Loose = {}) => ({ name: 'c', image: 'tools', ...more })

// The messages are those of Kubernetes 1.37.
describe('Pod Security', () => {
  test('refuses a pod without any security context in a restricted namespace, naming every rule', async () => {
    expect(await refusal('restricted', { containers: [container()] })).toBe(
      'pods "p" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    )
  })

  test('refuses host access and strange capabilities in a baseline namespace', async () => {
    const spec = {
      hostNetwork: true,
      volumes: [{ name: 'v', hostPath: { path: '/x' } }],
      containers: [
        container({ securityContext: { privileged: true, capabilities: { add: ['DAC_OVERRIDE', 'SYS_ADMIN'] } } }),
      ],
    }
    expect(await refusal('baseline', spec)).toBe(
      'pods "p" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "c" must not include "SYS_ADMIN" in securityContext.capabilities.add), host namespaces (hostNetwork=true), hostPath volumes (volume "v"), privileged (container "c" must not set securityContext.privileged=true)',
    )
  })

  test('takes user 0 in a baseline namespace, and refuses it in a restricted one', async () => {
    const spec = { securityContext: { runAsUser: 0 }, containers: [container({ securityContext: good })] }
    expect(await refusal('baseline', spec)).toBe('taken')
    expect(await refusal('restricted', spec)).toContain('runAsUser=0 (pod must not set runAsUser=0)')
  })

  test('takes a pod that follows all rules in a restricted namespace, and any pod elsewhere', async () => {
    expect(await refusal('restricted', { containers: [container({ securityContext: good })] })).toBe('taken')
    expect(await refusal('default', { hostNetwork: true, containers: [container()] })).toBe('taken')
  })
})
