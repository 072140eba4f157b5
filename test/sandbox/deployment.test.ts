import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Loose, pods, shell, Trial } from './trial.js'

const deployments = '/apis/apps/v1/namespaces/default/deployments'

let trial: Trial
beforeAll(async () => {
  trial = await Trial.start()
})
afterAll(() => trial.stop())

async function deployment(name: string, container: Loose): Promise<Loose> {
  const template = {
    metadata: { labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 1, containers: [container] },
  }
  return trial.create(deployments, { metadata: { name }, spec: { selector: { matchLabels: { app: name } }, template } })
}

const running = (list: Loose): Loose[] => list.items.filter((pod: Loose) => pod.status.phase === 'Running')

describe('a Deployment', () => {
  test('of a registered image runs, replaces what is deleted, and goes with its pods', async () => {
    await deployment('web', shell('sleep 60'))
    const query = `${pods}?labelSelector=app%3Dweb`
    const first = running(await trial.until(query, list => running(list).length === 1))[0]
    const { status } = await trial.until(`${deployments}/web`, one => one.status.readyReplicas === 1)
    expect(status.conditions[0]).toMatchObject({ type: 'Available', status: 'True' })
    trial.sandbox.deletePod('default', first.metadata.name)
    await trial.until(query, list => running(list).some(pod => pod.metadata.uid !== first.metadata.uid))
    await trial.call('DELETE', `${deployments}/web`)
    await trial.until(query, list => list.items.length === 0)
  })

  test('of an unknown image is only stored', async () => {
    await deployment('stored', { name: 'main', image: 'somewhere/else:1' })
    const { status } = await trial.until(`${deployments}/stored`, one => one.status.observedGeneration === 1)
    expect(status.replicas).toBe(0)
  })
})
