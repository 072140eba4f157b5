import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { configMaps, type Loose, shell, Trial } from './trial.js'

let trial: Trial
beforeAll(async () => {
  trial = await Trial.start()
})
afterAll(() => trial.stop())

async function child(name: string, owner: Loose, more: Loose = {}): Promise<Loose> {
  const { uid, name: ownerName } = owner.metadata
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: ownerName, uid, ...more }
  return trial.create(configMaps, { metadata: { name, ownerReferences: [reference] } })
}

const owner = (name: string): Promise<Loose> => trial.create(configMaps, { metadata: { name } })
const gone = (name: string) => trial.until(`${configMaps}/${name}`, answer => answer.code === 404)

describe('garbage collection', () => {
  test('deletes what an object that is gone owned', async () => {
    const parent = await owner('parent')
    await child('child', parent)
    await trial.call('DELETE', `${configMaps}/parent`)
    await gone('child')
  })

  test('deletes an object whose owner never was', async () => {
    await child('stray', { metadata: { name: 'nobody', uid: '00000000-0000-0000-0000-000000000000' } })
    await gone('stray')
  })

  test('in the foreground waits for the blocking dependents', async () => {
    const parent = await owner('front')
    await trial.create(configMaps, {
      metadata: {
        name: 'slow',
        finalizers: ['example.com/hold'],
        ownerReferences: [
          { apiVersion: 'v1', kind: 'ConfigMap', name: 'front', uid: parent.metadata.uid, blockOwnerDeletion: true },
        ],
      },
    })
    await trial.call('DELETE', `${configMaps}/front`, { propagationPolicy: 'Foreground' })
    const held = await trial.until(`${configMaps}/slow`, one => one.metadata.deletionTimestamp !== undefined)
    expect(held.metadata.finalizers).toContain('example.com/hold')
    expect((await trial.get(`${configMaps}/front`)).metadata.finalizers).toEqual(['foregroundDeletion'])
    await trial.call('PATCH', `${configMaps}/slow`, { metadata: { finalizers: null } }, 'application/merge-patch+json')
    await gone('front')
    await gone('slow')
  })

  test('orphans dependents when it is told to', async () => {
    const parent = await owner('leaving')
    await child('orphan', parent)
    await trial.call('DELETE', `${configMaps}/leaving?propagationPolicy=Orphan`)
    await gone('leaving')
    expect((await trial.get(`${configMaps}/orphan`)).metadata.ownerReferences).toBeUndefined()
  })
})

describe('a namespace', () => {
  test('has a default service account, and goes with all that is in it', async () => {
    const inside = '/api/v1/namespaces/team'
    await trial.create('/api/v1/namespaces', { metadata: { name: 'team' } })
    expect((await trial.get(`${inside}/serviceaccounts/default`)).kind).toBe('ServiceAccount')
    await trial.create(`${inside}/configmaps`, { metadata: { name: 'a' } })
    const spec = { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [shell('sleep 60')] }
    await trial.create(`${inside}/pods`, { metadata: { name: 'p' }, spec })
    await trial.until(`${inside}/pods/p`, pod => pod.status.phase === 'Running')
    const deleted = await trial.call('DELETE', inside)
    expect(deleted.body.status.phase).toBe('Terminating')
    const late = await trial.call('POST', `${inside}/configmaps`, { metadata: { name: 'late' } })
    expect(late).toMatchObject({ code: 403, body: { reason: 'Forbidden' } })
    await trial.until(inside, answer => answer.code === 404)
    expect((await trial.get(`${inside}/configmaps`)).items).toEqual([])
  })
})
