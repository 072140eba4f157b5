import { badRequest, unsupportedMediaType } from './api-error.js'
import { applyConfiguration } from './apply.js'
import type { Body } from './body.js'
import { jsonPatch } from './json-patch.js'
import { builtInListKeys, type ListKeys, mergePatch, strategicMerge } from './merge.js'
import { copy, type Fields, isFields, type KubeObject } from './object.js'
import type { Resource } from './resource.js'
import { listMapKeys } from './schema.js'

export const applyType = 'application/apply-patch+yaml'

/** Patches by media type; for server-side apply it remembers what each field manager said last. */
export class Patcher {
  private readonly applied = new Map<string, Fields>()

  patch(resource: Resource, live: KubeObject, body: Body, manager: string): KubeObject {
    switch (body.type) {
      case 'application/json-patch+json':
        return jsonPatch(live, body.content) as KubeObject
      case 'application/merge-patch+json':
        return mergePatch(live, body.content) as KubeObject
      case 'application/strategic-merge-patch+json':
        if (resource.custom)
          throw unsupportedMediaType(
            body.type,
            'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
          )
        return strategicMerge(live, body.content, builtInListKeys) as KubeObject
      case applyType:
        return this.apply(resource, live, body, manager)
      default:
        throw unsupportedMediaType(body.type, 'application/merge-patch+json')
    }
  }

  /** Remembers `configuration` as what `manager` wants of the object from now on. */
  remember(object: KubeObject, manager: string, configuration: Fields): void {
    this.applied.set(`${object.metadata.uid} ${manager}`, copy(configuration))
  }

  private apply(resource: Resource, live: KubeObject, body: Body, manager: string): KubeObject {
    if (!isFields(body.content)) throw badRequest('an apply configuration is an object')
    const last = this.applied.get(`${live.metadata.uid} ${manager}`)
    return applyConfiguration(live, last, body.content, listKeysOf(resource)) as unknown as KubeObject
  }
}

function listKeysOf(resource: Resource): ListKeys {
  if (!resource.custom) return builtInListKeys
  return (path, items) => {
    const inMetadata = path[0] === 'metadata' ? builtInListKeys(path, items) : undefined
    return inMetadata ?? listMapKeys(resource.schema, path)
  }
}
