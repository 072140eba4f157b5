import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { claims, condition, type Loose, pods, secrets, shell, Trial } from './trial.js'

let trial: Trial
beforeAll(async () => {
  trial = await Trial.start()
})
afterAll(() => trial.stop())

const waiting = (reason: string) => (pod: Loose) => pod.status?.containerStatuses?.[0].state.waiting?.reason === reason
const unschedulable = (pod: Loose): boolean =>
  pod.status?.conditions?.some((one: Loose) => one.type === 'PodScheduled' && one.reason === 'Unschedulable')
const scheduling = (pod: Loose): string =>
  pod.status.conditions.find((one: Loose) => one.type === 'PodScheduled').message

describe('a pod waits', () => {
  test('for an image that is never pulled', async () => {
    await trial.pod('never', { containers: [{ name: 'main', image: 'absent', imagePullPolicy: 'Never' }] })
    const pod = await trial.until(`${pods}/never`, waiting('ErrImageNeverPull'))
    expect(pod.status.phase).toBe('Pending')
    expect(pod.status.containerStatuses[0].state.waiting.message).toContain('"absent" is not present')
  })

  test('for an image that cannot be pulled', async () => {
    await trial.pod('pull', { containers: [{ name: 'main', image: 'absent:1' }] })
    await trial.until(`${pods}/pull`, waiting('ErrImagePull'))
    await trial.until(`${pods}/pull`, waiting('ImagePullBackOff'))
  })

  test('for a Secret its env needs, and starts when it comes', async () => {
    const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'late', key: 'a' } } }]
    await trial.pod('env', { containers: [shell('echo "$A"', { env })] })
    const pod = await trial.until(`${pods}/env`, waiting('CreateContainerConfigError'))
    expect(pod.status.containerStatuses[0].state.waiting.message).toBe('secret "late" not found')
    await trial.create(secrets, { metadata: { name: 'late' }, stringData: { a: 'here' } })
    expect((await trial.ended('env')).status.phase).toBe('Succeeded')
  })

  test('for a Secret volume, with an event; an optional one is an empty folder', async () => {
    const volumes = [{ name: 's', secret: { secretName: 'missing' } }]
    const container = shell('ls -A /s | wc -l', { volumeMounts: [{ name: 's', mountPath: '/s' }] })
    await trial.pod('mount', { volumes, containers: [container] })
    const failed = (list: Loose): boolean => list.items.some((event: Loose) => event.reason === 'FailedMount')
    const list = await trial.until(
      '/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dmount',
      failed,
    )
    const [event] = list.items.filter((one: Loose) => one.reason === 'FailedMount')
    expect(event.message).toBe('MountVolume.SetUp failed for volume "s" : secret "missing" not found')
    expect((await trial.get(`${pods}/mount`)).status.containerStatuses[0].state.waiting.reason).toBe(
      'ContainerCreating',
    )
    const optional = [{ name: 's', secret: { secretName: 'missing', optional: true } }]
    await trial.pod('optional', { volumes: optional, containers: [container] })
    await trial.ended('optional')
    expect((await trial.log('optional')).trim()).toBe('0')
  })

  test('for a root process under runAsNonRoot', async () => {
    await trial.pod('root', { securityContext: { runAsNonRoot: true }, containers: [shell('id')] })
    const pod = await trial.until(`${pods}/root`, waiting('CreateContainerConfigError'))
    expect(pod.status.containerStatuses[0].state.waiting.message).toContain('image will run as root')
  })

  test('for a claim that does not exist, and runs when it does', async () => {
    const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'future' } }]
    await trial.pod('claim', { volumes, containers: [shell('true')] })
    const pod = await trial.until(`${pods}/claim`, unschedulable)
    expect(pod.status.phase).toBe('Pending')
    expect(scheduling(pod)).toBe('0/1 nodes are available: persistentvolumeclaim "future" not found. not found')
    await trial.claim('future')
    expect((await trial.ended('claim')).status.phase).toBe('Succeeded')
  })

  test('for a node that its selector fits', async () => {
    await trial.pod('elsewhere', { nodeSelector: { 'kubernetes.io/hostname': 'mars' }, containers: [shell('true')] })
    const pod = await trial.until(`${pods}/elsewhere`, unschedulable)
    expect(scheduling(pod)).toContain("1 node(s) didn't match Pod's node affinity/selector")
    expect(condition(pod, 'PodScheduled')).toBeUndefined()
  })
})

describe('a claim', () => {
  test('of no class is bound at once, to a folder', async () => {
    await trial.claim('plain')
    const claim = await trial.until(`${claims}/plain`, one => one.status.phase === 'Bound')
    expect(claim.spec).toMatchObject({ storageClassName: 'standard', volumeName: `pvc-${claim.metadata.uid}` })
    expect(trial.sandbox.claimFolder('default', 'plain')).toContain(`pvc-${claim.metadata.uid}`)
  })

  test('of a class that waits is bound when a pod uses it', async () => {
    const body = { metadata: { name: 'lazy' }, provisioner: 'x', volumeBindingMode: 'WaitForFirstConsumer' }
    await trial.create('/apis/storage.k8s.io/v1/storageclasses', body)
    await trial.claim('lazy', { storageClassName: 'lazy' })
    expect((await trial.get(`${claims}/lazy`)).status.phase).toBe('Pending')
    const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'lazy' } }]
    await trial.pod('consumer', { volumes, containers: [shell('true')] })
    await trial.ended('consumer')
    expect((await trial.get(`${claims}/lazy`)).status.phase).toBe('Bound')
  })

  test('of an unknown class stays pending, and the pod that wants it too', async () => {
    await trial.claim('odd', { storageClassName: 'unknown' })
    const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'odd' } }]
    await trial.pod('stuck', { volumes, containers: [shell('true')] })
    const pod = await trial.until(`${pods}/stuck`, unschedulable)
    expect(scheduling(pod)).toContain('pod has unbound immediate PersistentVolumeClaims')
  })

  test('in use outlives its deletion until the pod is gone, for a pod that is over still counts', async () => {
    await trial.claim('busy')
    const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'busy' } }]
    await trial.pod('user', { volumes, containers: [shell('sleep 0.7')] })
    await trial.until(`${pods}/user`, pod => pod.status.phase === 'Running')
    await trial.call('DELETE', `${claims}/busy`)
    expect((await trial.get(`${claims}/busy`)).metadata.deletionTimestamp).toBeDefined()
    await trial.until(`${pods}/user`, pod => pod.status.phase === 'Succeeded')
    expect((await trial.get(`${claims}/busy`)).metadata.deletionTimestamp).toBeDefined()
    await trial.call('DELETE', `${pods}/user`)
    await trial.until(`${claims}/busy`, answer => answer.code === 404)
  })
})
