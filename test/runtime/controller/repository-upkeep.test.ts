import { describe, expect, test } from '@jest/globals'
import type { PodSpec } from '../../../lib/pod.js'
import { decideRepository, type RepositoryObserved } from '../../../runtime/controller/repository/decide.js'
import { at, configuration, now, repository, settings } from './observation.js'

const pod = { tolerations: [{ key: 'batch' }], imagePullSecrets: [{ name: 'registry' }] }
const env = [{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }]
const policy = configuration({ runtimeSettings: { pod, container: { env } } }, { lastSuccessfulTime: at(-7200) })
const lately = { lastBackupTime: at(-7200), lastForgetTime: at(-60), lastPruneTime: at(-60) }

/** The pod of the maintain Job that is made for a Repository with this status. */
function maintainPod(status: Partial<NonNullable<RepositoryObserved['repository']['status']>>, policies = [policy]) {
  const { create } = decideRepository({
    now,
    settings,
    repository: repository({}, { id: 'f'.repeat(64), ...lately, ...status }),
    configurations: policies,
    activeSessions: 0,
    otherMaintaining: false,
  })
  return (create as unknown as { spec: { template: { spec: PodSpec } } }).spec.template.spec
}

describe('a maintain Job', () => {
  test.each([
    ['that applies retention', { lastForgetTime: at(-86_400), lastCheckTime: at(-60) }, '--check=false'],
    ['that only verifies the repository', {}, '--forget=[]'],
  ])('%s is placed, pulled and connected as the policies of its namespace are', (_, status, argument) => {
    const made = maintainPod(status)
    expect(made.containers[0]?.args).toContain(argument)
    expect(made).toMatchObject(pod)
    expect(made.containers[0]?.env).toEqual(expect.arrayContaining(env))
  })

  test('takes nothing over from a policy of another namespace', () => {
    const foreign = { ...policy, metadata: { ...policy.metadata, namespace: 'blog' } }
    const made = maintainPod({}, [foreign])
    expect([made['tolerations'], made['imagePullSecrets']]).toEqual([undefined, undefined])
    expect(made.containers[0]?.env).not.toEqual(expect.arrayContaining(env))
  })
})
