import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { KubeObject } from '../../runtime/kube/object.js'
import { NAMESPACES, PERSISTENT_VOLUME_CLAIMS } from '../../runtime/kube/resource.js'
import { apply } from '../behaviour/apply.js'
import { resourceOf } from '../behaviour/kube-resource.js'
import { compiled } from '../behaviour/policy.js'
import type { Flow } from './flow.js'
import { type Ground, image, password } from './ground.js'
import { foreign } from './oracles/invariants.js'
import { type Files, namespace } from './place.js'
import { storeClaim, storeSecret } from './protected-volume.js'

/** Compiling takes longer than a whole course, and gives the same each time. */
const compiledFlows = new Map<string, readonly KubeObject[]>()

/** Brings a cluster to where a flow begins: claims with their files, foreign objects, policies. */
export async function furnish(ground: Ground, flow: Flow): Promise<void> {
  const { client } = ground
  await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const secret = { RESTIC_PASSWORD: Buffer.from(password).toString('base64') }
  const metadata = { name: storeSecret, namespace }
  await apply(client, [{ apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: secret }])
  for (const name of [storeClaim, ...Object.keys(flow.claims)]) await claim(ground, name, flow.claims[name] ?? {})
  for (const object of foreignObjects()) await client.create(resourceOf(object), object)
  await apply(
    client,
    policyObjects(flow).filter(({ kind }) => flow.withheld?.includes(kind) !== true),
  )
}

/** What the policies of a flow compile to. */
export function policyObjects(flow: Flow): readonly KubeObject[] {
  const objects = compiledFlows.get(flow.name) ?? compiled(image, { namespace }, flow.policies)
  compiledFlows.set(flow.name, objects)
  return objects
}

async function claim(ground: Ground, name: string, files: Files): Promise<void> {
  await ground.client.create(PERSISTENT_VOLUME_CLAIMS, claimObject(name))
  await ground.clock.advance(1000)
  const folder = ground.claimFolder(namespace, name)
  chmodSync(folder, 0o777)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

const claimObject = (name: string, labels?: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace, ...(labels === undefined ? {} : { labels }) },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
})

/** Objects of other people, some of them made to look like ours. */
function foreignObjects(): KubeObject[] {
  const own = { [foreign]: 'true' }
  const containers = [{ name: 'main', image: 'registry.example.com/other:1', command: ['true'] }]
  const job = (name: string, more: Record<string, string>): KubeObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels: { ...own, ...more } },
    spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers } } },
  })
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'others', namespace, labels: own },
      type: 'Opaque',
      data: {},
    },
    job('others-job', {}),
    job('data-looks-like-ours-1', { 'app.kubernetes.io/managed-by': 'holdfast' }),
    job('store-maintain-0123456789', { 'holdfast.dev/job': 'maintain', 'holdfast.dev/repository': 'store' }),
  ]
}
