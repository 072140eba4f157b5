import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readClusterState } from '../../cli/version/cluster-state.js'
import { standingOf } from '../../cli/version/standing.js'
import { upgradeSteps } from '../../cli/version/upgrade-steps.js'
import { version } from '../../lib/version.js'
import { KubeClient } from '../../runtime/kube/client.js'
import { systemObjects } from '../behaviour/cluster-system.js'
import { eventually } from '../behaviour/eventually.js'
import { CUSTOM_RESOURCE_DEFINITIONS } from '../behaviour/kube-resource.js'
import { type Identity, identity } from './tenancy/identity.js'

let admin: KubeClient
let stranger: Identity
beforeAll(async () => {
  admin = await KubeClient.fromDefaultConfig()
  stranger = await identity(`stranger-${process.pid}`)
  for (const object of systemObjects('any').filter(({ kind }) => kind === 'CustomResourceDefinition')) {
    const { name, labels } = object.metadata
    const present = await admin.tryGet(CUSTOM_RESOURCE_DEFINITIONS, name)
    if (present === undefined) await admin.create(CUSTOM_RESOURCE_DEFINITIONS, object)
    else
      await admin.mergePatch(CUSTOM_RESOURCE_DEFINITIONS, name, undefined, {
        metadata: { labels },
        spec: object['spec'],
      })
  }
})
afterAll(() => {
  admin.close()
  stranger.close()
})

describe('holdfast version --check, of a real API server', () => {
  test('knows its definitions for this release’s, whatever the server has added to them', async () => {
    const definitions = await eventually(
      async () => {
        const found = standingOf(await readClusterState(admin)).definitions
        return found.age === 'same' ? found : undefined
      },
      20,
      async () => JSON.stringify(standingOf(await readClusterState(admin)).definitions),
    )
    expect(definitions).toEqual({ version, age: 'same', absent: [], different: [], mixed: [] })
  }, 60_000)

  test('says of what somebody may not read that it is not known, and not that all is well', async () => {
    const standing = standingOf(await readClusterState(stranger.trying))
    const hidden = [
      'backupconfigurations',
      'customresourcedefinitions',
      'deployments',
      'functions',
      'repositories',
      'tasks',
    ]
    expect(standing.hidden).toEqual(hidden)
    expect(upgradeSteps(standing)).toEqual(
      hidden.map(resource => `ask somebody who may list ${resource}: what is to be done about them is not known`),
    )
  })
})
