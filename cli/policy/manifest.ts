import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../runtime/kube/object.js'
import { UserError } from '../user-error.js'
import { manifestFiles } from './manifest-names.js'

/** All objects of the YAML files below a folder, in order. */
export function readManifests(folder: string): KubeObject[] {
  return manifestFiles(folder).flatMap(name => objectsIn(readFileSync(join(folder, name), 'utf8'), name))
}

/** The Kubernetes objects of a YAML text. Throws UserError naming `file` when it cannot be read. */
export function objectsIn(text: string, file: string): KubeObject[] {
  const objects: KubeObject[] = []
  for (const document of parseAllDocuments(text)) {
    const [error] = document.errors
    if (error !== undefined) throw new UserError(`${file}: ${error.message}`)
    const object: unknown = document.toJS()
    if (isObject(object)) objects.push(object)
  }
  return objects
}

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'kind' in value && 'apiVersion' in value && 'metadata' in value
}
