import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { configMaps, jobs, Trial } from './trial.js'

let trial: Trial
beforeAll(async () => {
  trial = await Trial.start()
})
afterAll(() => trial.stop())

describe('the API', () => {
  test('gives a new object a uid, a revision and a creation time', async () => {
    const made = await trial.create(configMaps, { metadata: { name: 'fresh' }, data: { a: '1' } })
    expect(made).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'fresh', namespace: 'default' },
    })
    expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/)
    expect(Number(made.metadata.resourceVersion)).toBeGreaterThan(0)
  })

  test('makes a name from generateName', async () => {
    const made = await trial.create(configMaps, { metadata: { generateName: 'gen-' } })
    expect(made.metadata.name).toMatch(/^gen-[a-z0-9]{5}$/)
  })

  test('refuses a second object of the same name', async () => {
    await trial.create(configMaps, { metadata: { name: 'twice' } })
    const again = await trial.call('POST', configMaps, { metadata: { name: 'twice' } })
    expect(again.code).toBe(409)
    expect(again.body).toMatchObject({ reason: 'AlreadyExists', message: 'configmaps "twice" already exists' })
  })

  test('names what it does not find', async () => {
    const answer = await trial.call('GET', `${jobs}/none`)
    expect(answer.code).toBe(404)
    expect(answer.body).toMatchObject({
      kind: 'Status',
      reason: 'NotFound',
      message: 'jobs.batch "none" not found',
      details: { name: 'none', group: 'batch', kind: 'jobs' },
    })
    expect((await trial.call('GET', '/apis/nowhere/v1/things')).code).toBe(404)
  })

  test('refuses objects in a namespace that does not exist', async () => {
    const answer = await trial.call('POST', '/api/v1/namespaces/absent/configmaps', { metadata: { name: 'x' } })
    expect(answer.body.message).toBe('namespaces "absent" not found')
  })

  test('refuses a name that is no DNS name', async () => {
    const answer = await trial.call('POST', configMaps, { metadata: { name: 'Not_A_Name' } })
    expect(answer.code).toBe(422)
    expect(answer.body.details.causes[0].field).toBe('metadata.name')
  })

  test('refuses an update from a revision that is not the last', async () => {
    const made = await trial.create(configMaps, { metadata: { name: 'raced' }, data: { a: '1' } })
    const first = await trial.call('PUT', `${configMaps}/raced`, { ...made, data: { a: '2' } })
    expect(first.code).toBe(200)
    const second = await trial.call('PUT', `${configMaps}/raced`, { ...made, data: { a: '3' } })
    expect(second.code).toBe(409)
    expect(second.body).toMatchObject({ reason: 'Conflict' })
    expect(second.body.message).toContain('the object has been modified')
  })

  test('a write that changes nothing keeps the revision', async () => {
    const made = await trial.create(configMaps, { metadata: { name: 'same' }, data: { a: '1' } })
    const again = await trial.call('PUT', `${configMaps}/same`, made)
    expect(again.body.metadata.resourceVersion).toBe(made.metadata.resourceVersion)
  })

  test('a dry run answers as the write would, and writes nothing', async () => {
    const answer = await trial.call('POST', `${configMaps}?dryRun=All`, { metadata: { name: 'dry' } })
    expect(answer.code).toBe(201)
    expect((await trial.call('GET', `${configMaps}/dry`)).code).toBe(404)
  })

  test('deletes only the object that was meant', async () => {
    const made = await trial.create(configMaps, { metadata: { name: 'meant' } })
    const other = await trial.call('DELETE', `${configMaps}/meant`, { preconditions: { uid: 'another' } })
    expect(other.code).toBe(409)
    expect(other.body.message).toContain('UID in precondition: another')
    const meant = await trial.call('DELETE', `${configMaps}/meant`, { preconditions: { uid: made.metadata.uid } })
    expect(meant.body).toMatchObject({ kind: 'Status', status: 'Success' })
  })

  test('keeps an object with finalizers until they are gone', async () => {
    await trial.create(configMaps, { metadata: { name: 'held', finalizers: ['example.com/hold'] } })
    const deleted = await trial.call('DELETE', `${configMaps}/held`)
    expect(deleted.body.metadata.deletionTimestamp).toBeDefined()
    const patch = [{ op: 'remove', path: '/metadata/finalizers' }]
    await trial.call('PATCH', `${configMaps}/held`, patch, 'application/json-patch+json')
    expect((await trial.call('GET', `${configMaps}/held`)).code).toBe(404)
  })

  test('lists in pages that show one moment', async () => {
    const path = '/api/v1/namespaces/paged/configmaps'
    await trial.create('/api/v1/namespaces', { metadata: { name: 'paged' } })
    for (const name of ['a', 'b', 'c']) await trial.create(path, { metadata: { name, labels: { of: 'page' } } })
    const first = await trial.get(`${path}?labelSelector=of%3Dpage&limit=2`)
    expect(first.items).toHaveLength(2)
    expect(first.metadata.remainingItemCount).toBe(1)
    await trial.create(path, { metadata: { name: 'd', labels: { of: 'page' } } })
    const rest = await trial.get(`${path}?labelSelector=of%3Dpage&limit=2&continue=${first.metadata.continue}`)
    expect(rest.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['c'])
    expect(rest.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
  })

  test('a page token from before a compaction has expired', async () => {
    const path = '/api/v1/namespaces/paged/configmaps'
    const first = await trial.get(`${path}?limit=1`)
    trial.sandbox.compact()
    await trial.create(path, { metadata: { name: 'later' } })
    trial.sandbox.compact()
    const answer = await trial.call('GET', `${path}?limit=1&continue=${first.metadata.continue}`)
    expect(answer).toMatchObject({ code: 410, body: { reason: 'Expired' } })
  })

  test('says 400 to a field selector that is not indexed', async () => {
    const answer = await trial.call('GET', `${configMaps}?fieldSelector=data.a%3D1`)
    expect(answer).toMatchObject({ code: 400, body: { message: 'field label not supported: data.a' } })
  })

  test('answers protobuf with 415 and unknown subresources with 501', async () => {
    expect((await trial.call('POST', configMaps, 'k8s', 'application/vnd.kubernetes.protobuf')).code).toBe(415)
    expect((await trial.call('GET', '/api/v1/namespaces/default/pods/x/exec')).code).toBe(501)
  })

  test('keeps spec and status apart where status is a subresource', async () => {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'x' }] } }
    const made = await trial.create(jobs, {
      metadata: { name: 'split' },
      spec: { suspend: true, template },
      status: { failed: 9 },
    })
    expect(made.status).toEqual({})
    const patch = { spec: { parallelism: 3 }, status: { failed: 7 } }
    const plain = await trial.call('PATCH', `${jobs}/split`, patch, 'application/merge-patch+json')
    expect(plain.body.status.failed).toBeUndefined()
    expect(plain.body.metadata.generation).toBe(2)
    const status = await trial.call(
      'PATCH',
      `${jobs}/split/status`,
      { status: { ready: 5 } },
      'application/merge-patch+json',
    )
    expect(status.body).toMatchObject({ spec: { parallelism: 3 }, metadata: { generation: 2 }, status: { ready: 5 } })
  })

  test('records who asked for what', async () => {
    await fetch(`${trial.sandbox.url}${configMaps}/fresh`, { headers: { 'user-agent': 'a-test' } })
    expect(trial.sandbox.audit.at(-1)).toMatchObject({
      verb: 'get',
      resource: 'configmaps',
      namespace: 'default',
      name: 'fresh',
      userAgent: 'a-test',
      code: 200,
    })
  })
})
