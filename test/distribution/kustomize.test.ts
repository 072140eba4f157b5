import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from '@jest/globals'
import type { HoldfastProps } from '../../constructs/index.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { emitYaml } from '../../lib/yaml/emit.js'
import { exampleProps } from '../../scripts/distribution/kustomize.js'
import { constructObjects } from './construct-objects.js'
import { sorted, WrittenDistribution } from './written-distribution.js'

const distribution = new WrittenDistribution()
afterAll(() => distribution.remove())

let overlays = 0

/** What kustomize builds of a kustomization that a user writes beside the example. */
function built(fields: object) {
  const folder = `kustomize/overlays/own-${overlays++}`
  mkdirSync(distribution.path(folder), { recursive: true })
  writeFileSync(distribution.path(folder, 'kustomization.yaml'), emitYaml(fields))
  return sorted(distribution.kustomize(folder))
}

/** The objects of the folder `system`: those that have to do with the namespace. */
function system({ namespace = 'holdfast-system', ...props }: HoldfastProps): ManifestObject[] {
  const objects = constructObjects({ namespace, crds: false, ...props })
  return sorted(objects.filter(object => JSON.stringify(object).includes(namespace)))
}

describe('kustomize builds exactly the objects of the construct', () => {
  test('of the base', () => {
    expect(sorted(distribution.kustomize('kustomize'))).toEqual(sorted(constructObjects()))
  })

  test('of the example overlay: namespace, image, replicas, cluster name, and a Pushgateway that is there', () => {
    expect(sorted(distribution.kustomize('kustomize/overlays/example'))).toEqual(sorted(constructObjects(exampleProps)))
  })

  test('of the system in another namespace, its Namespace and every reference to it included', () => {
    const fields = { namespace: 'elsewhere', resources: ['../../system'] }
    expect(built(fields)).toEqual(system({ namespace: 'elsewhere' }))
  })

  test('of the system with another image, for the controller and for what it starts', () => {
    const images = [{ name: 'holdfast.dev/holdfast', newName: 'localhost:5000/mirror', newTag: 'v2' }]
    expect(built({ images, resources: ['../../system'] })).toEqual(system({ image: 'localhost:5000/mirror:v2' }))
  })

  test('of the system with a second controller', () => {
    const components = ['../../components/two-controllers']
    expect(built({ components, resources: ['../../system'] })).toEqual(system({ replicas: 2 }))
  })

  test('of the system with a patch that says where its pods run and how their images are pulled', () => {
    const pod = { nodeSelector: { pool: 'system' }, imagePullSecrets: [{ name: 'registry' }] }
    const patch = JSON.stringify({ kind: 'Deployment', metadata: { name: 'any' }, spec: { template: { spec: pod } } })
    const patches = [{ target: { kind: 'Deployment' }, patch }]
    expect(built({ patches, resources: ['../../system'] })).toEqual(system({ pod }))
  })

  test('of the system without a Pushgateway', () => {
    const components = ['../../components/no-pushgateway']
    expect(built({ components, resources: ['../../system'] })).toEqual(system({ pushgateway: { url: '' } }))
  })

  test('of both components over an overlay that has moved the system already', () => {
    built({ namespace: 'elsewhere', resources: ['../../system'] })
    const components = ['../../components/two-controllers', '../../components/no-pushgateway']
    expect(built({ resources: [`../own-${overlays - 1}`], components, namespace: 'elsewhere' })).toEqual(
      system({ namespace: 'elsewhere', replicas: 2, pushgateway: { url: '' } }),
    )
  })
})
