import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { condition, jobs, type Loose, pods, settled, shell, Trial } from './trial.js'

let trial: Trial
beforeAll(async () => {
  trial = await Trial.start()
})
afterAll(() => trial.stop())

const disrupted = { rules: [{ action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] }

async function job(name: string, script: string, spec: Loose = {}, pod: Loose = {}): Promise<Loose> {
  const template = {
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [shell(script)], ...pod },
  }
  return trial.create(jobs, { metadata: { name }, spec: { backoffLimit: 0, template, ...spec } })
}

const podOf = async (name: string): Promise<Loose> =>
  (await trial.until(`${pods}?labelSelector=batch.kubernetes.io/job-name%3D${name}`, list => list.items.length === 1))
    .items[0]

async function runningPodOf(name: string): Promise<Loose> {
  const { metadata } = await podOf(name)
  return trial.until(`${pods}/${metadata.name}`, pod => pod.status.containerStatuses?.[0].state.running !== undefined)
}

describe('a Job', () => {
  test('is complete when its pod has succeeded', async () => {
    const made = await job('good', 'true')
    const done = await trial.until(`${jobs}/good`, settled)
    expect(done.status).toMatchObject({ succeeded: 1, active: 0, completionTime: expect.any(String) })
    expect(condition(done, 'SuccessCriteriaMet').reason).toBe('CompletionsReached')
    expect(condition(done, 'Complete').message).toBe('Reached expected number of succeeded pods')
    const pod = await podOf('good')
    expect(pod.metadata.labels).toMatchObject({
      'batch.kubernetes.io/job-name': 'good',
      'batch.kubernetes.io/controller-uid': made.metadata.uid,
      'job-name': 'good',
      'controller-uid': made.metadata.uid,
    })
    expect(pod.metadata.ownerReferences[0]).toMatchObject({ kind: 'Job', uid: made.metadata.uid, controller: true })
  })

  test('fails with its pod when the backoff limit is 0', async () => {
    await job('bad', 'exit 1')
    const done = await trial.until(`${jobs}/bad`, settled)
    expect(condition(done, 'FailureTarget').reason).toBe('BackoffLimitExceeded')
    expect(condition(done, 'Failed')).toMatchObject({
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    })
    expect((await podOf('bad')).status.phase).toBe('Failed')
  })

  test('past its deadline fails, and its pod is deleted', async () => {
    await job('slow', 'sleep 60', { activeDeadlineSeconds: 1 })
    const pod = await podOf('slow')
    const done = await trial.until(`${jobs}/slow`, settled)
    expect(condition(done, 'Failed')).toMatchObject({
      reason: 'DeadlineExceeded',
      message: 'Job was active longer than specified deadline',
    })
    expect((await trial.call('GET', `${pods}/${pod.metadata.name}`)).code).toBe(404)
  })

  test('whose pod passes the deadline of the pod keeps it, and fails by its backoff limit', async () => {
    await job('inner', 'sleep 60', { activeDeadlineSeconds: 60 }, { activeDeadlineSeconds: 1 })
    const done = await trial.until(`${jobs}/inner`, settled)
    expect(condition(done, 'Failed').reason).toBe('BackoffLimitExceeded')
    expect((await podOf('inner')).status.reason).toBe('DeadlineExceeded')
  })

  test('fails by policy when its pod is evicted, whose last words are in the last event before the deletion', async () => {
    const { metadata } = await trial.get(pods)
    const script = "trap 'printf evicted > /dev/termination-log; exit 7' TERM; echo ready; sleep 60 & wait"
    await job('evicted', script, { podFailurePolicy: disrupted })
    const pod = await runningPodOf('evicted')
    while ((await trial.log(pod.metadata.name)) !== 'ready\n') await sleep(10)
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod.metadata.name } }
    expect((await trial.call('POST', `${pods}/${pod.metadata.name}/eviction`, body)).code).toBe(201)
    const done = await trial.until(`${jobs}/evicted`, settled)
    expect(condition(done, 'Failed')).toMatchObject({
      reason: 'PodFailurePolicy',
      message: `Pod default/${pod.metadata.name} has condition DisruptionTarget matching FailJob rule at index 0`,
    })
    await trial.until(`${pods}/${pod.metadata.name}`, answer => answer.code === 404)
    const query = `watch=1&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}&labelSelector=job-name%3Devicted`
    const text: string = (await trial.call('GET', `${pods}?${query}`)).body
    const events = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(events.at(-1).type).toBe('DELETED')
    expect(events.at(-2).type).toBe('MODIFIED')
    expect(events.at(-2).object.status.containerStatuses[0].state.terminated).toMatchObject({
      exitCode: 7,
      message: 'evicted',
    })
  })

  test('whose pod is deleted fails', async () => {
    await job('robbed', 'sleep 60')
    const pod = await runningPodOf('robbed')
    trial.sandbox.deletePod('default', pod.metadata.name)
    const done = await trial.until(`${jobs}/robbed`, settled)
    expect(condition(done, 'Failed').reason).toBe('BackoffLimitExceeded')
  })

  test('whose node is lost fails by policy, and the next one runs when the node is back', async () => {
    await job('lost', 'sleep 60', { podFailurePolicy: disrupted })
    await runningPodOf('lost')
    await trial.sandbox.loseNode(100)
    const done = await trial.until(`${jobs}/lost`, settled)
    expect(condition(done, 'Failed').reason).toBe('PodFailurePolicy')
    await job('next', 'true')
    await podOf('next')
    expect(settled(await trial.get(`${jobs}/next`))).toBe(false)
    trial.sandbox.recoverNode()
    expect(condition(await trial.until(`${jobs}/next`, settled), 'Complete')).toBeDefined()
  })

  test('suspended has no pod until it is resumed', async () => {
    await job('asleep', 'true', { suspend: true })
    const asleep = await trial.until(`${jobs}/asleep`, one => condition(one, 'Suspended') !== undefined)
    expect(asleep.status.startTime).toBeUndefined()
    await trial.call('PATCH', `${jobs}/asleep`, { spec: { suspend: false } }, 'application/merge-patch+json')
    expect(condition(await trial.until(`${jobs}/asleep`, settled), 'Complete')).toBeDefined()
  })

  test('is deleted with its pods when its time to live is over', async () => {
    await job('brief', 'true', { ttlSecondsAfterFinished: 0 })
    await trial.until(`${jobs}/brief`, answer => answer.code === 404)
    await trial.until(`${pods}?labelSelector=job-name%3Dbrief`, list => list.items.length === 0)
  })

  test('cannot change its template', async () => {
    await job('fixed', 'true', { suspend: true })
    const patch = [{ op: 'replace', path: '/spec/template/spec/terminationGracePeriodSeconds', value: 9 }]
    const answer = await trial.call('PATCH', `${jobs}/fixed`, patch, 'application/json-patch+json')
    expect(answer.code).toBe(422)
    expect(answer.body.message).toContain('spec.template: Invalid value')
    expect(answer.body.message).toContain('field is immutable')
  })

  test('says in an event that its service account does not exist', async () => {
    await job('orphan', 'true', {}, { serviceAccountName: 'nobody' })
    const failed = (list: Loose): boolean => list.items.some((event: Loose) => event.reason === 'FailedCreate')
    const list = await trial.until(
      '/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dorphan',
      failed,
    )
    expect(list.items[0].message).toContain(
      'error looking up service account default/nobody: serviceaccount "nobody" not found',
    )
  })
})
