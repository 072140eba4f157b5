import { isAlreadyExists, isConflict } from '../../runtime/kube/api-error.js'
import type { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { resourceOf } from './kube-resource.js'

/** Creates objects, or replaces those that exist, one after the other. */
export async function apply(client: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) await applyOne(client, object)
}

async function applyOne(client: KubeClient, object: KubeObject): Promise<void> {
  const resource = resourceOf(object)
  try {
    await client.create(resource, object)
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
    await replace(client, object)
  }
}

/** What the cluster itself keeps in the metadata stays; another writer in between is no obstacle. */
async function replace(client: KubeClient, object: KubeObject): Promise<void> {
  const resource = resourceOf(object)
  const { name, namespace } = object.metadata
  for (;;) {
    const present = await client.get(resource, name, namespace)
    const metadata = { ...present.metadata, ...object.metadata }
    try {
      await client.replace(resource, { ...present, ...object, metadata })
      return
    } catch (error) {
      if (!isConflict(error)) throw error
    }
  }
}
